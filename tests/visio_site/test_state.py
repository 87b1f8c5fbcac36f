"""The state folder: one supervisor at a time, emptied on demand and never while in use."""

from __future__ import annotations

import dataclasses

import pytest

from visio_site import state
from visio_site.layout import Layout
from visio_site.progress import CannotGoOn


def test_reset_empties_the_folder_and_forgets_the_secrets(layout: Layout) -> None:
    layout.create()
    (layout.var / "postgres" / "15").mkdir(parents=True)
    before = layout.secret("django-secret-key")
    state.reset(layout)
    assert list(layout.var.iterdir()) == []
    layout.create()
    assert layout.secret("django-secret-key") != before


def test_reset_is_refused_while_running_and_nothing_is_lost(layout: Layout) -> None:
    with state.locked(layout), pytest.raises(CannotGoOn, match="Visio tourne déjà"):
        state.reset(layout)
    assert layout.secret("django-secret-key")


def test_reset_is_refused_while_tests_run_in_a_folder_inside(layout: Layout) -> None:
    layout.create()
    inside = dataclasses.replace(layout, var=layout.var / "test")
    with state.locked(inside), pytest.raises(CannotGoOn, match="Visio tourne déjà"):
        state.reset(layout)
    assert inside.secret("django-secret-key")


def test_reset_leaves_a_folder_alone_that_is_not_ours(layout: Layout) -> None:
    layout.var.mkdir(parents=True)
    (layout.var / "thesis.tex").write_text("years of work")
    state.reset(layout)
    assert (layout.var / "thesis.tex").exists()


def test_fresh_start_forgets_all_but_the_static_files(layout: Layout) -> None:
    layout.create()
    before = layout.secret("django-secret-key")
    for name in ("static", "postgres"):
        (layout.var / name).mkdir()
    with state.locked(layout, fresh=True):
        assert (layout.var / "static").exists()
        assert not (layout.var / "postgres").exists()
        assert layout.secret("django-secret-key") != before


def test_pid_of_the_supervisor_is_known_while_it_runs_only(layout: Layout) -> None:
    with pytest.raises(CannotGoOn, match="Visio ne tourne pas"):
        state.running_pid(layout)
    with state.locked(layout):
        assert state.running_pid(layout) > 0
    with pytest.raises(CannotGoOn, match="Visio ne tourne pas"):
        state.running_pid(layout)

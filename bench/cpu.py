"""Seconds of processor of this process and of the programs that it ran, for benchmarks that need no service."""

from __future__ import annotations

import resource
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def cpu_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def cost_of(work: Callable[[], T]) -> tuple[T, float]:
    """What `work` returns, and its seconds of processor."""
    before = cpu_seconds()
    found = work()
    return found, cpu_seconds() - before


def use_one_thread() -> None:
    import torch

    torch.set_num_threads(1)

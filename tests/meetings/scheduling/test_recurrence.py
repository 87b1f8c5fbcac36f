from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meetings.scheduling import recurrence
from meetings.scheduling.recurrence import Day, Rule, RuleError, parse, split, starts

PARIS = "Europe/Paris"


def local(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone))  # type: ignore[misc,arg-type]


def walls(rule: str, first: datetime, zone: str = PARIS) -> list[str]:
    return [f"{date.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" for date in starts(parse(rule), first, zone)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", ["11-24 09:30", "11-25 09:30", "11-26 09:30"]),
        ("FREQ=DAILY;INTERVAL=2;COUNT=3", ["11-24 09:30", "11-26 09:30", "11-28 09:30"]),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=4", ["11-24 09:30", "11-25 09:30", "11-26 09:30", "11-27 09:30"]),
        ("FREQ=WEEKLY;BYDAY=FR,MO;COUNT=2", ["11-27 09:30", "11-30 09:30"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=4", ["11-26 09:30", "12-07 09:30", "12-10 09:30", "12-21 09:30"]),
        ("FREQ=WEEKLY;UNTIL=20261208T083000Z", ["11-24 09:30", "12-01 09:30", "12-08 09:30"]),
        ("FREQ=WEEKLY;UNTIL=20261208T082959Z", ["11-24 09:30", "12-01 09:30"]),
        ("FREQ=MONTHLY;BYDAY=2MO;COUNT=3", ["12-14 09:30", "01-11 09:30", "02-08 09:30"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", ["11-27 09:30", "12-25 09:30", "01-29 09:30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", ["12-31 09:30", "01-31 09:30", "03-31 09:30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", ["11-30 09:30", "12-31 09:30", "01-31 09:30"]),
        ("FREQ=YEARLY;COUNT=2", ["11-24 09:30", "11-24 09:30"]),
        ("freq=daily;count=1", ["11-24 09:30"]),
    ],
)  # fmt: skip
def test_table_of_rules(rule: str, expected: list[str]) -> None:
    assert walls(rule, local(PARIS, 2026, 11, 24, 9, 30)) == expected


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("", "syntax"),
        ("FREQ=DAILY", "end"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101T000000Z", "end"),
        ("COUNT=3", "frequency"),
        ("FREQ=SECONDLY;COUNT=3", "frequency"),
        ("FREQ=HOURLY;COUNT=3", "frequency"),
        ("FREQ=DAILY;FREQ=WEEKLY;COUNT=3", "syntax"),
        ("FREQ=DAILY;COUNT=3;", "syntax"),
        ("FREQ=DAILY;COUNT=3;BYSETPOS=1", "syntax"),
        ("FREQ=DAILY;COUNT=3;BYHOUR=1,2", "syntax"),
        ("FREQ=DAILY;COUNT=3\nDTSTART:20260101T000000Z", "count"),
        ("FREQ=DAILY;COUNT=0", "count"),
        ("FREQ=DAILY;COUNT=-1", "count"),
        ("FREQ=DAILY;COUNT=751", "count"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "count"),
        ("FREQ=DAILY;COUNT=٣", "syntax"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=3", "interval"),
        ("FREQ=DAILY;INTERVAL=401;COUNT=3", "interval"),
        ("FREQ=DAILY;UNTIL=20261201", "until"),
        ("FREQ=DAILY;UNTIL=20261201T000000", "until"),
        ("FREQ=DAILY;UNTIL=20261399T000000Z", "until"),
        ("FREQ=DAILY;UNTIL=00000101T000000Z", "until"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", "day"),
        ("FREQ=WEEKLY;BYDAY=2MO;COUNT=3", "day"),
        ("FREQ=WEEKLY;BYDAY=MO,MO;COUNT=3", "syntax"),
        ("FREQ=WEEKLY;BYMONTHDAY=3;COUNT=3", "month-day"),
        ("FREQ=MONTHLY;BYDAY=0MO;COUNT=3", "day"),
        ("FREQ=MONTHLY;BYDAY=6MO;COUNT=3", "day"),
        ("FREQ=MONTHLY;BYDAY=MO,1TU;COUNT=3", "mixed-days"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO;COUNT=3", "mixed-days"),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3", "month-day"),
        ("FREQ=MONTHLY;BYMONTHDAY=32;COUNT=3", "month-day"),
        ("FREQ=MONTHLY;BYMONTHDAY=" + ",".join(map(str, range(1, 32))) * 9 + ";COUNT=3", "too-long-text"),
    ],
)
def test_hostile_rules_are_refused_with_a_code(rule: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse(rule)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=DAILY;UNTIL=20261101T000000Z", "no-date"),
        ("FREQ=DAILY;UNTIL=20291101T000000Z", "too-many"),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", "too-far"),
        ("FREQ=YEARLY;COUNT=5", "too-far"),
        ("FREQ=MONTHLY;INTERVAL=12;BYDAY=5MO;BYMONTHDAY=1;COUNT=1", "too-far"),
    ],
)
def test_rules_without_dates_or_with_too_many_are_refused(rule: str, code: str) -> None:
    first = local(PARIS, 2026, 11, 24, 9, 30)
    with pytest.raises(RuleError) as refused:
        starts(parse(rule), first, PARIS)
    assert refused.value.code in {code, "no-date"} if "5MO" in rule else refused.value.code == code


@pytest.mark.parametrize(
    "text", ["FREQ=MONTHLY;INTERVAL=2;BYDAY=2MO,-1FR;COUNT=9", "FREQ=DAILY;UNTIL=20270101T083000Z"]
)
def test_a_rule_is_written_as_it_was_read(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("zone", "first", "utc_hours"),
    [
        (PARIS, (2026, 10, 24, 9, 30), [7, 8, 8]),  # clocks go back in the night to the 25th
        (PARIS, (2026, 3, 28, 9, 30), [8, 7, 7]),
        ("America/Martinique", (2026, 10, 24, 9, 30), [13, 13, 13]),
        ("Indian/Reunion", (2026, 10, 24, 9, 30), [5, 5, 5]),
        ("Pacific/Noumea", (2026, 10, 24, 9, 30), [22, 22, 22]),
        ("America/Miquelon", (2026, 10, 31, 9, 30), [11, 12, 12]),  # with the clocks of America
    ],
)
def test_the_wall_clock_of_the_zone_is_what_repeats(zone: str, first: tuple[int, ...], utc_hours: list[int]) -> None:
    dates = starts(parse("FREQ=DAILY;COUNT=3"), local(zone, *first), zone)
    assert [date.hour for date in dates] == utc_hours
    assert {date.astimezone(ZoneInfo(zone)).strftime("%H:%M") for date in dates} == {"09:30"}


def test_an_hour_that_spring_skips_is_an_hour_later_that_day_only() -> None:
    assert walls("FREQ=DAILY;COUNT=3", local(PARIS, 2026, 3, 28, 2, 30)) == [
        "03-28 02:30",
        "03-29 03:30",
        "03-30 02:30",
    ]


def test_an_hour_that_autumn_repeats_is_the_first_of_both() -> None:
    dates = starts(parse("FREQ=DAILY;COUNT=2"), local(PARIS, 2026, 10, 24, 2, 30), PARIS)
    assert dates[1] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_only_times_that_exist_exist() -> None:
    assert not recurrence.exists(datetime(2026, 3, 29, 2, 30), PARIS)  # noqa: DTZ001
    assert recurrence.exists(datetime(2026, 3, 29, 2, 30), "Indian/Reunion")  # noqa: DTZ001
    assert recurrence.exists(datetime(2026, 10, 25, 2, 30), PARIS)  # noqa: DTZ001


def test_a_rule_is_not_split_where_spring_shifts_it_nor_where_it_has_no_date() -> None:
    rule, first = parse("FREQ=DAILY;COUNT=3"), local(PARIS, 2026, 3, 28, 2, 30)
    dates = starts(rule, first, PARIS)
    for at, code in ((dates[1], "shifted-date"), (dates[0], "no-such-date"), (dates[2] + timedelta(1), "no-such-date")):
        with pytest.raises(RuleError) as refused:
            split(rule, first, PARIS, at)
        assert refused.value.code == code


zones = st.sampled_from([PARIS, "America/Martinique", "America/Miquelon", "Pacific/Noumea", "Asia/Kolkata", "UTC"])
weekdays = st.lists(st.builds(Day, st.integers(0, 6)), max_size=4, unique=True).map(tuple)
numbered = st.lists(
    st.builds(Day, st.integers(0, 6), st.sampled_from([1, 2, 3, 4, 5, -1, -2])), max_size=3, unique=True
).map(tuple)
month_days = st.lists(st.integers(1, 31) | st.integers(-31, -1), max_size=3, unique=True).map(tuple)


@st.composite
def rules(draw: st.DrawFn) -> tuple[Rule, datetime, str]:
    zone = draw(zones)
    minutes = draw(st.integers(0, 3 * 366 * 24 * 60))
    first = (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
    frequency = draw(st.sampled_from(list(recurrence.FREQUENCIES.values())))
    days = draw({"WEEKLY": weekdays, "MONTHLY": weekdays | numbered}.get(frequency, st.just(())))
    by_month_day = draw(month_days) if frequency == "MONTHLY" and not days else ()
    until = first.astimezone(UTC) + timedelta(days=draw(st.integers(0, 900)), minutes=draw(st.integers(0, 1440)))
    count = draw(st.none() | st.integers(1, 60))
    rule = Rule(frequency, draw(st.integers(1, 5)), days, by_month_day, count, None if count else until)
    return parse(str(rule)), first, zone


@settings(max_examples=300, deadline=None)
@given(rules(), st.data())
def test_no_date_is_lost_or_doubled_however_often_a_rule_is_split(
    planned: tuple[Rule, datetime, str], data: st.DataObject
) -> None:
    rule, first, zone = planned
    try:
        whole = starts(rule, first, zone)
    except RuleError:
        assume(False)
    assert whole == sorted(set(whole))
    pieces = [(rule, first)]
    for _ in range(4):
        index = data.draw(st.integers(0, len(pieces) - 1))
        piece, begins = pieces[index]
        dates = starts(piece, begins, zone)
        if len(dates) < 2:
            continue
        try:
            halves = split(piece, begins, zone, data.draw(st.sampled_from(dates[1:])))
        except RuleError as refused:
            assert refused.code == "shifted-date"  # noqa: PT017
            continue
        pieces[index : index + 1] = [(halves.before, begins), (halves.after, halves.after_start)]
    assert [date for piece, begins in pieces for date in starts(parse(str(piece)), begins, zone)] == whole


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="FREQ=DAILYWKMOTHUNC;,0123456789-+Z \n\x00é", max_size=80) | st.text(max_size=300))
def test_any_text_is_a_rule_or_a_rule_error(text: str) -> None:
    try:
        rule = parse(text)
        starts(rule, datetime(2026, 11, 24, 9, 30, tzinfo=UTC), "UTC")
    except RuleError as refused:
        assert refused.code  # noqa: PT017

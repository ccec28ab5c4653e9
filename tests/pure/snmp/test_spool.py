from pathlib import Path

from itsm.monitoring.snmp.spool import Record, Spool


def record(number: int) -> Record:
    return Record(1000.5 + number, 1, "v2c", "10.0.0.7", b"\x30\xff" + bytes([number]))


def test_records_come_back_in_order_after_a_restart(tmp_path: Path) -> None:
    Spool(tmp_path).append([record(1), record(2)])
    Spool(tmp_path).append([record(3)])

    records, _ = Spool(tmp_path).read(10)

    assert records == [record(1), record(2), record(3)]


def test_reading_goes_on_where_it_was_taken_in_to(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([record(1), record(2), record(3)])
    first, spool.offset = spool.read(2)
    rest, spool.offset = spool.read(2)

    assert (first, rest) == ([record(1), record(2)], [record(3)])
    assert spool.waiting == 0


def test_a_record_cut_off_by_a_crash_does_not_hide_the_next(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([record(1), record(2)])
    spool.path.write_bytes(spool.path.read_bytes()[:-5])

    again = Spool(tmp_path)
    again.append([record(3)])

    assert again.read(10)[0] == [record(1), record(3)]


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    size = len_of_one(tmp_path / "measured")
    spool = Spool(tmp_path / "small", limit=2 * size)

    assert spool.append([record(1), record(2), record(3)]) == 2
    assert spool.append([record(3)]) == 0
    assert spool.read(10)[0] == [record(1), record(2)]


def len_of_one(folder: Path) -> int:
    spool = Spool(folder)
    spool.append([record(1)])
    return spool.waiting


def test_a_file_that_was_taken_in_is_never_used_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([record(1)])
    before = spool.name
    spool.forget()
    spool.append([record(2)])

    assert spool.name > before
    assert spool.read(10)[0] == [record(2)]

import csv
import tomllib

import pytest

from ecg_chat.statements.catalogue import FOLDER, SHARED_FILES, load_catalogue

PTB_XL_CODES = (
    "NDT", "NST_", "DIG", "LNGQT", "NORM", "IMI", "ASMI", "LVH", "LAFB", "ISC_", "IRBBB", "1AVB", "IVCD", "ISCAL",
    "CRBBB", "CLBBB", "ILMI", "LAO/LAE", "AMI", "ALMI", "ISCIN", "INJAS", "LMI", "ISCIL", "LPFB", "ISCAS", "INJAL",
    "ISCLA", "RVH", "ANEUR", "RAO/RAE", "EL", "WPW", "ILBBB", "IPLMI", "ISCAN", "IPMI", "SEHYP", "INJIN", "INJLA",
    "PMI", "3AVB", "INJIL", "2AVB", "ABQRS", "PVC", "STD_", "VCLVH", "QWAVE", "LOWT", "NT_", "PAC", "LPR", "INVT",
    "LVOLT", "HVOLT", "TAB_", "STE_", "PRC(S)", "SR", "AFIB", "STACH", "SARRH", "SBRAD", "PACE", "SVARR", "BIGU",
    "AFLT", "SVTAC", "PSVT", "TRIGU",
)  # fmt: skip


def test_the_catalogue_holds_the_71_codes_of_ptb_xl_and_no_other():
    assert len(PTB_XL_CODES) == 71
    assert set(load_catalogue()) == set(PTB_XL_CODES)


@pytest.mark.data
def test_kinds_and_superclasses_are_those_of_ptb_xl(shared_data):
    path = shared_data / "ptbxl" / "scp_statements.csv"
    if not path.is_file():
        pytest.skip("PTB-XL's statement table is not here")
    with path.open(newline="", encoding="utf-8") as file:
        rows = {row[""]: row for row in csv.DictReader(file)}
    assert set(rows) == set(load_catalogue())
    for code, statement in load_catalogue().items():
        kinds = {kind for kind in ("diagnostic", "form", "rhythm") if rows[code][kind]}
        assert (set(statement.kinds), statement.superclass) == (kinds, rows[code]["diagnostic_class"]), code


def test_the_catalogue_cannot_be_changed_by_its_readers():
    with pytest.raises(TypeError):
        load_catalogue()["SR"] = load_catalogue()["AFIB"]


def test_no_limit_rule_or_source_lies_about_unused():
    shared = {name: tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")) for name in SHARED_FILES}
    everything = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.toml"))
    for name in (*shared["limits"], *shared["rules"]["rule"], *shared["rules"]["lead"], *shared["sources"]):
        assert f'"{name}"' in everything, name


def test_every_graded_source_is_of_a_known_grade():
    for key, source in tomllib.loads((FOLDER / "sources.toml").read_text(encoding="utf-8")).items():
        assert source["grade"] in "PDTO", key
        assert source["reference"], key

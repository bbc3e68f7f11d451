"""Every result says what it was made with."""

import hashlib
import subprocess

from ecg_chat.evaluation.provenance import code_version, provenance, source_line


def _git(folder, *words):
    names = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    subprocess.run(["git", "-C", str(folder), *names, *words], check=True, capture_output=True)


def test_code_is_named_by_commit_and_by_whether_it_was_changed(tmp_path):
    package = tmp_path / "repository" / "package"
    package.mkdir(parents=True)
    file = package / "__init__.py"
    file.write_text("")
    assert code_version(package) is None  # no repository
    _git(package.parent, "init")
    (package.parent / "other").write_text("")
    _git(package.parent, "add", "other")
    _git(package.parent, "commit", "-m", "one")
    assert code_version(package) is None  # a repository that does not hold the package
    _git(package.parent, "add", ".")
    _git(package.parent, "commit", "-m", "two")
    clean = code_version(package)
    assert clean is not None and len(clean) == 40
    file.write_text("changed = True\n")
    assert code_version(package) == clean + "+changes"


def test_data_are_named_by_checksum_and_size(ptbxl):
    result = provenance(ptbxl)
    content = (ptbxl / "ptbxl_database.csv").read_bytes()
    assert result["data"] == {
        "file": "ptbxl_database.csv",
        "sha256": hashlib.sha256(content).hexdigest(),
        "records": 16,
    }
    assert source_line({**result, "commit": "a" * 40 + "+changes"}).count("aaaaaaaaaaaa+changes") == 1
    assert "code unknown" in source_line({**result, "commit": None})

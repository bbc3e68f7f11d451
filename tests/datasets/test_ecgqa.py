import json

import pytest

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ecgqa import NotAsked, answer_classes, ecg_lists, questions
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.qa_questions import official_questions

ENTRY = {
    "template_id": 26, "question_id": 1709, "sample_id": 7, "question_type": "single-verify", "attribute_type": "noise",
    "question": "Does this ECG show static noise in lead aVL?", "answer": ["no"], "ecg_id": [3637],
    "attribute": ["static noise"],
}  # fmt: skip


def write_questions(folder, name, entries, part="train"):
    path = folder / "template" / part / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entries))


def test_a_question_has_its_fields(tmp_path):
    write_questions(tmp_path, 0, [ENTRY | {"answer": ["none", "lead I"], "attribute": None}])
    (question,) = questions(tmp_path, "template", "train", NotAsked())
    assert (question.template_id, question.question_id, question.sample_id, question.ecg_id) == (26, 1709, 7, 3637)
    assert (question.question_type, question.attribute_type) == ("single-verify", "noise")
    assert question.text == "Does this ECG show static noise in lead aVL?"
    assert (question.answers, question.attributes) == (("none", "lead I"), ())


def test_files_are_read_by_number_and_comparisons_are_counted(tmp_path):
    compare = ENTRY | {"question_type": "comparison_irrelevant-query", "ecg_id": [1, 2]}
    for name in (100000, 60000, 0):
        write_questions(tmp_path, name, [ENTRY | {"sample_id": name}, compare])
    left_out = NotAsked()
    assert [q.sample_id for q in questions(tmp_path, "template", "train", left_out)] == [0, 60000, 100000]
    assert left_out.as_text() == (
        "3 questions that compare two ECGs were left out: 3 comparison_irrelevant-query."
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"ecg_id": []}, {"ecg_id": [1, 2]}, {"ecg_id": 5}, {"answer": "no"}, {"answer": []}, {"template_id": "x"},
        {"template_id": None},
    ],
)  # fmt: skip
def test_a_question_with_an_unusable_field_is_named_and_refused_or_skipped(tmp_path, change):
    write_questions(tmp_path, 0, [ENTRY, ENTRY | change])
    with pytest.raises(InvalidInput, match=r"template/train/0\.json entry 1"):
        list(questions(tmp_path, "template", "train", NotAsked()))
    bad = BadRows("skip")
    assert len(list(questions(tmp_path, "template", "train", NotAsked(), bad=bad))) == 1
    assert bad.counts() == {"question unreadable": 1}


def test_missing_fields_and_files_that_are_no_list_are_named(tmp_path):
    write_questions(tmp_path, 0, [{k: v for k, v in ENTRY.items() if k != "answer"}, "text"])
    write_questions(tmp_path, 1, ENTRY)
    (tmp_path / "template/train/2.json").write_text("[{")
    bad = BadRows("skip")
    assert list(questions(tmp_path, "template", "train", NotAsked(), bad=bad)) == []
    assert bad.counts() == {"question unreadable": 2, "file unreadable": 2}
    with pytest.raises(InvalidInput, match="no question file"):
        list(questions(tmp_path, "paraphrased", "train", NotAsked()))


def test_a_question_of_a_template_without_answers_is_refused_or_skipped(tmp_path):
    (tmp_path / "answers_for_each_template.csv").write_text("template_id,classes\n26,\"['no', 'yes']\"\n")
    write_questions(tmp_path, 0, [ENTRY, ENTRY | {"template_id": 99}])
    with pytest.raises(InvalidInput, match=r"is of template 99, for which answers_for_each_template\.csv has no"):
        official_questions(tmp_path, "template", "train")
    bad = BadRows("skip")
    posed, _ = official_questions(tmp_path, "template", "train", bad)
    assert [one.template_id for one in posed] == [26]
    assert bad.counts() == {"template without answers": 1}


def test_lists_of_ecgs_and_answer_classes(tmp_path):
    for part, text in (("train", "0\t3\n1\t6\n"), ("valid", "0\t2\n"), ("test", "0\t1\n")):
        (tmp_path / f"{part}_ecgs.tsv").write_text(text)
    assert ecg_lists(tmp_path) == {"train": {3, 6}, "valid": {2}, "test": {1}}
    (tmp_path / "test_ecgs.tsv").write_text("0\t6\n")
    with pytest.raises(InvalidInput, match=r"ECG 6 is in train_ecgs\.tsv and test_ecgs\.tsv"):
        ecg_lists(tmp_path)
    (tmp_path / "answers_for_each_template.csv").write_text("template_id,classes\n1,\"['no', 'yes']\"\n")
    assert answer_classes(tmp_path) == {1: ("no", "yes")}
    (tmp_path / "answers_for_each_template.csv").write_text("template_id,classes\n1,[no\n")
    with pytest.raises(InvalidInput, match="line 2"):
        answer_classes(tmp_path)


@pytest.mark.data
def test_official_questions_have_official_answers_about_ecgs_of_their_part(shared_data, tmp_path):
    import tarfile

    folder = shared_data / "ecgqa"
    if not (folder / "official_samples.tar.xz").is_file():
        pytest.skip("the official samples of ECG-QA are not in ../shared/data/ecgqa")
    with tarfile.open(folder / "official_samples.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    classes, lists = answer_classes(folder), ecg_lists(folder)
    assert len(classes) == 70
    files = sorted(tmp_path.rglob("*.json"))
    assert files
    read = left_out = 0
    for path in files:
        part, wording, root = path.parent.name, path.parent.parent.name, path.parents[2]
        counted = NotAsked()
        for question in questions(root, wording, part, counted):
            assert set(question.answers) <= set(classes[question.template_id])
            assert question.ecg_id in lists[part]
            read += 1
        left_out += counted.comparisons.total()
    assert read > 0
    assert left_out > 0

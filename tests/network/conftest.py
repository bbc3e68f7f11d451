import pytest

from ecg_chat.network.checkpoint import save_model
from tests.network.tiny import tiny_parts


@pytest.fixture(scope="session")
def tiny_model_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "tiny"
    config, parts = tiny_parts()
    save_model(folder, config, **parts)
    return folder

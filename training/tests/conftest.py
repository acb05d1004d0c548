"""Where the golden fixtures lie (the project's own copy first, then ../shared/fixtures; otherwise the test is skipped), and small sets of
photographs and pictures for the tests of `nano`."""
import os
import sys

import cv2
import numpy as np
import pytest
import torch

TRAINING = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TRAINING)
from nano import make_data, synthesis                              # these are found only now
from nano.networks import GENERATORS, build

REPOSITORY = os.path.dirname(TRAINING)
PLACES = (os.path.join(REPOSITORY, "Sida.Web.Tests", "Fixtures"), os.path.join(REPOSITORY, "..", "shared", "fixtures"))


def fixture_path(*parts: str) -> str:
    for place in PLACES:
        path = os.path.join(place, *parts)
        if os.path.exists(path):
            return path
    pytest.skip(f"{os.path.join(*parts)} is not part of the project and ../shared/fixtures is absent")


def all_cases():
    return sorted({name for place in PLACES if os.path.isdir(os.path.join(place, "cases")) for name in os.listdir(os.path.join(place, "cases"))})


@pytest.fixture(autouse=True)
def one_thread_and_a_fixed_seed():
    torch.set_num_threads(int(os.environ.get("SIDA_TEST_THREADS", "2")))
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def photos(tmp_path_factory):
    """A folder of twelve drawn pictures."""
    folder = tmp_path_factory.mktemp("photos")
    for i in range(12):
        rng = np.random.default_rng(i)
        image = synthesis.render(rng, 240, 320) // 2 + rng.integers(0, 90, (240, 320, 3)).astype(np.uint8)
        cv2.imwrite(str(folder / f"{i}.jpg"), image)
    return str(folder)


@pytest.fixture(scope="session")
def networks(tmp_path_factory):
    """Untrained, but of the right kind."""
    folder = tmp_path_factory.mktemp("networks")
    torch.manual_seed(0)
    for name in GENERATORS:
        torch.save(build(name).state_dict(), str(folder / f"{name}.pt"))
    return synthesis.Networks(str(folder))


@pytest.fixture(scope="session")
def small_set(photos, networks, tmp_path_factory):
    out = str(tmp_path_factory.mktemp("set"))
    make_data.write(out, [photos], networks.folder, {"train": 2, "validation": 1, "test": 1}, 1, 1)
    return out

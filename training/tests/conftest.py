"""Where the golden fixtures lie: the project's own copy first, then ../shared/fixtures; otherwise the test is skipped."""
import os
import sys

import pytest
import torch

TRAINING = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TRAINING)
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

"""The list of photographs to learn from, and how they are kept; the network is not needed."""
import subprocess

import cv2
import numpy as np
import pytest

from nano import free_photos
from nano.photos import LARGEST_SIDE


def picture(h: int, w: int) -> bytes:
    return cv2.imencode(".png", np.random.default_rng(0).integers(0, 255, (h, w, 3)).astype(np.uint8))[1].tobytes()


def test_a_photograph_is_kept_at_the_size_that_training_reads(tmp_path):
    for side, wanted in ((LARGEST_SIDE * 2, LARGEST_SIDE), (100, 100)):
        free_photos.keep(picture(side // 2, side), "a picture", str(tmp_path / "kept.png"))
        assert cv2.imread(str(tmp_path / "kept.png")).shape == (wanted // 2, wanted, 3)
    with pytest.raises(ValueError, match="a text: not a picture"):
        free_photos.keep(b"text", "a text", str(tmp_path / "kept.png"))


def test_the_list_names_every_photograph_once():
    found = [blob for photos in free_photos.repositories().values() for blob, _ in photos]
    assert len(found) > 100 and len(set(found)) == len(found) and all(len(blob) == 40 for blob in found)


def test_photographs_are_taken_from_a_clone_by_the_hash_of_their_bytes(tmp_path, monkeypatch):
    code, clone = picture(64, 48), tmp_path / "clone"
    subprocess.run(["git", "init", "-q", "--bare", str(clone)], check=True)
    blob = subprocess.run(["git", "--git-dir", str(clone), "hash-object", "-w", "--stdin"], input=code, stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    (tmp_path / "list.tsv").write_text(f"somebody/photos\t{blob}\ta/b.png\n")
    monkeypatch.setattr(free_photos, "LIST", str(tmp_path / "list.tsv"))
    assert free_photos.take_blobs(str(clone), "somebody/photos", str(tmp_path)) == 1
    assert np.array_equal(cv2.imread(str(tmp_path / f"photos-{blob[:12]}.png")), cv2.imdecode(np.frombuffer(code, np.uint8), 1))
    (tmp_path / "list.tsv").write_text(f"somebody/photos\t{'0' * 40}\ta/b.png\n")
    with pytest.raises(subprocess.CalledProcessError):
        free_photos.take_blobs(str(clone), "somebody/photos", str(tmp_path))


def test_a_package_that_lacks_a_photograph_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="lxqt-themes has no"):
        free_photos.take(str(tmp_path), "lxqt-themes", str(tmp_path))

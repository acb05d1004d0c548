"""Decoding and the two official preprocessings, on uint8 with Pillow's resampling."""
from typing import Tuple

import cv2
import numpy as np
from PIL import Image
import torch

from .config import ClipConfig, SamConfig

SAM_MEAN = (123.675, 116.28, 103.53)
SAM_STD = (58.395, 57.12, 57.375)


def read_rgb(path: str) -> np.ndarray:
    """(h, w, 3) uint8; OpenCV's default decoding: alpha dropped, grey replicated, EXIF orientation applied."""
    image = cv2.imread(path)
    if image is None:
        raise ValueError(f"{path}: not a picture that OpenCV can decode")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def resize(image: np.ndarray, height: int, width: int, filter: int) -> np.ndarray:
    return np.asarray(Image.fromarray(image).resize((width, height), filter))


def clip_pixels(image: np.ndarray, config: ClipConfig) -> torch.Tensor:
    """Shortest side to `resize_shortest` (bicubic), centre crop of `image_size` (zero padded where it is larger) -> (3, S, S)."""
    h, w = image.shape[:2]
    short, side = config.resize_shortest, config.image_size
    h, w = (short, int(short * w / h)) if h <= w else (int(short * h / w), short)
    image = resize(image, h, w, Image.BICUBIC)
    top, left = (h - side) // 2, (w - side) // 2
    crop = np.zeros((side, side, 3), np.uint8)
    y, x = max(top, 0), max(left, 0)
    part = image[y:top + side, x:left + side]
    crop[y - top:y - top + part.shape[0], x - left:x - left + part.shape[1]] = part
    pixels = torch.from_numpy(crop.astype(np.float32)) * (1 / 255)
    pixels = (pixels - torch.tensor(config.image_mean)) / torch.tensor(config.image_std)
    return pixels.permute(2, 0, 1).contiguous()


def sam_size(height: int, width: int, side: int) -> Tuple[int, int]:
    scale = side / max(height, width)
    return int(height * scale + 0.5), int(width * scale + 0.5)


def sam_pixels(image: np.ndarray, config: SamConfig) -> Tuple[torch.Tensor, Tuple[int, int]]:
    """Longest side to S (bilinear), normalised, THEN zero padded on the right and bottom -> (3, S, S), (height, width) before padding."""
    h, w = sam_size(*image.shape[:2], config.image_size)
    pixels = torch.from_numpy(resize(image, h, w, Image.BILINEAR).astype(np.float32))
    pixels = (pixels - torch.tensor(SAM_MEAN)) / torch.tensor(SAM_STD)
    padded = torch.zeros(3, config.image_size, config.image_size)
    padded[:, :h, :w] = pixels.permute(2, 0, 1)
    return padded, (h, w)

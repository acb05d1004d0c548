"""The answers, in the official grammar, written from what was really done. Every sentence is true of the picture that it is for."""
import cv2
import numpy as np

# What each manipulation changed, in the words of the official section <Types of objects or parts>, and the four inconsistencies
# that it leaves. {thing} is measured from the pixels of the region.
TAMPERED = {
    "splice": ("{Thing} was pasted in from another picture.", "The light on it comes from another scene.", "{edge}",
               "Its sharpness and grain differ from the surroundings.", "Its shading does not continue into the picture."),
    "copy-move": ("{Thing} is a copy of another part of this picture.", "Its light repeats that of the source.", "{edge}",
                  "The same detail occurs twice.", "The same shading occurs twice."),
    "inpainting": ("Something was removed and smeared over.", "The light is interpolated from the border.", "The surroundings run into the region.",
                   "Fine detail and grain are missing.", "Shadows end inside the region."),
    "patch-fill": ("Something was covered with a patch of this picture.", "The light fits only at the border.", "{edge}",
                   "The detail repeats another place.", "Shading breaks at the border of the patch."),
    "refill": ("The content was redrawn by a generative network.", "The light is only roughly right.", "{edge}",
               "The texture is synthetic and lacks grain.", "Small shadows are invented or missing."),
    "blur": ("{Thing} was blurred.", "The light is unchanged.", "{edge}", "The region is softer than its surroundings.", "Fine shadows are washed out."),
    "sharpen": ("{Thing} was sharpened.", "Contrast is exaggerated.", "{edge}", "The region is sharper than its surroundings.", "Halos lie along contours."),
    "noise": ("Noise was added to {thing}.", "The light is unchanged.", "{edge}", "The grain is stronger than in the surroundings.", "Shadows are as noisy as the lights."),
    "colour": ("{Thing} was recoloured.", "The hue does not fit the light of the scene.", "{edge}", "The detail is unchanged.", "The shading has another tint."),
    "brightness": ("{Thing} was made lighter or darker.", "The brightness does not fit the light of the scene.", "{edge}", "The detail is unchanged.",
                   "The depth of the shadows does not fit."),
    "resample": ("{Thing} was scaled down and up again.", "The light is unchanged.", "{edge}", "The region has a coarser resolution.", "Fine shadows are lost."),
    "recompress": ("{Thing} was compressed strongly.", "The light is unchanged.", "{edge}", "The region shows coding blocks.", "Shading comes in steps."),
}

EDGES = {
    "hard": "The outline is cut hard.", "antialiased": "The outline is clean but too even.", "feathered": "The outline is softened artificially.",
    "blended": "The outline is blended in.", "smeared": "The surroundings run into the region."}

SYNTHETIC = {
    "network": (
        "The light has no single source.", "Edges are drawn by a network and waver.", "Fine detail is invented.", "Shadows are loose.",
        "Surfaces look alike.", "The depth is vague.", "Grain of a camera is missing.", "Things do not touch their ground.", "Real dynamics are missing."),
    "render": (
        "The light follows a formula.", "Edges are mathematically clean.", "The detail is procedural.", "Shadows are simple or missing.",
        "Surfaces are uniform.", "The depth is constructed.", "Grain of a camera is missing.", "Things do not touch their ground.", "Real dynamics are missing."),
}
REAL = ("The light agrees over the whole picture.", "Edges are natural.", "Detail and grain are even.", "Shadows follow the light.",
        "Surfaces are varied.", "The depth is consistent.", "Camera grain and small flaws are present.", "Things touch their ground.", "The dynamics are natural.")


def position_words(mask: np.ndarray) -> str:
    """Where the region lies, by its centre of mass in thirds, and how large it is."""
    ys, xs = np.nonzero(mask)
    row, col = int(3 * ys.mean() / mask.shape[0]), int(3 * xs.mean() / mask.shape[1])
    share = mask.mean()
    size = "A small region" if share < 0.03 else "A region" if share < 0.12 else "A large region"
    rows, cols = ("top", "middle", "bottom"), ("left", "centre", "right")
    place = "in the centre" if (row, col) == (1, 1) else f"at the {rows[row]} {cols[col]}" if row != 1 else f"at the {cols[col]}"
    return f"{size} {place}."


def thing_words(image: np.ndarray, mask: np.ndarray) -> str:
    """What can be said about the region's content without a model: its colour and texture."""
    pixels = image[mask]
    h, s, v = cv2.cvtColor(pixels.mean(0).astype(np.uint8)[None, None], cv2.COLOR_RGB2HSV)[0, 0].astype(int)
    if v < 50:
        colour = "dark"
    elif s < 40:
        colour = "white" if v > 190 else "grey"
    else:
        names = ((11, "red"), (23, "orange"), (34, "yellow"), (80, "green"), (100, "turquoise"), (130, "blue"), (160, "violet"), (180, "red"))
        colour = next(name for limit, name in names if h < limit)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    detail = np.abs(cv2.Laplacian(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), cv2.CV_16S))
    small = cv2.resize(mask.astype(np.uint8), detail.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    return f"a {'textured' if detail[small].mean() > 9 else 'smooth'} {colour} part" if small.any() else f"a {colour} part"


def tampered(image: np.ndarray, mask: np.ndarray, kind: str, edge: str) -> str:
    thing = thing_words(image, mask)
    content, light, edges, resolution, shadows = (
        t.format(Thing=thing.capitalize(), thing=thing, edge=EDGES[edge]) for t in TAMPERED[kind])
    return (f"Type: {{part tampered}} Areas:<tampered position> {position_words(mask)} Tampered Content:<Types of objects or parts> {content} "
            f"Visual Inconsistencies:<lighting> {light}<edges> {edges}<resolution> {resolution}<shadows> {shadows}")


def _whole(kind: str, verdict: str, s) -> str:
    return (f"Type: {kind} Consistency: <lighting>{s[0]} <edges>{s[1]} <resolution>{s[2]} <shadows>{s[3]} <material properties>{s[4]} <perspective>{s[5]} "
            f"Authenticity: <natural imperfections>{s[6]} <environmental interaction>{s[7]} <dynamic range>{s[8]} "
            f"Final Assessment: The given image is {{{verdict}}} based on above analysis.")


def synthetic(source: str) -> str:
    return _whole("synthetic", "synthetic", SYNTHETIC["render" if source == "render" else "network"])


def real() -> str:
    return _whole("real", "real", REAL)

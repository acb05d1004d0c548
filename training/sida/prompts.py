"""Conversation templates and the clean-up of answers, as the official chat programs do it."""
import re

TEMPLATES = {
    "llava_v1": (
        "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and "
        "polite answers to the human's questions. USER: {user} ASSISTANT:"),
    "llava_llama_2": (
        "[INST] <<SYS>>\nYou are a helpful language and vision assistant. You are able to understand the visual content that the "
        "user provides, and assist the user with a variety of tasks using natural language.\n<</SYS>>\n\n{user} [/INST]"),
}

# The user texts of the two training stages (the official data sets' questions).
DETECT = "Can you identify if this image is real, full synthetic, or tampered image? Please mask the tampered regions if it is tampered."
EXPLAIN = DETECT[:-1] + " and answer why."

# The user texts that the official README suggests for its two chat programs.
CHAT_DETECT = "Please answer begin with [CLS] for classification, if the image is  tampered, ouput mask the tampered region. "
CHAT_EXPLAIN = "Please answer begin with [CLS] for classification, if the image is  tampered, ouput mask the tampered region and explain why. "

CLASS_NAMES = ("real", "full synthetic", "tampered")

# What SIDA.py prints instead of the generated text once there is a class.
CANNED = (
    "[CLS] This image is classified as real. It shows no signs of tampering or synthesis.",
    "[CLS] This image is classified as full synthetic. It appears entirely artificially generated.",
    "[CLS] This image is classified as tampered. It has been altered. [SEG] A mask highlighting the tampered region is provided.")


def build_prompt(user: str, conversation: str = "llava_v1") -> str:
    """The user text isn't trimmed: one that ends in a space gives two before ASSISTANT:."""
    text = ("<image>\n" + user).replace("<image>", "<im_start><image><im_end>")
    return TEMPLATES[conversation].replace("{user}", text)


def clean_answer(decoded: str, description: bool) -> str:
    """Line breaks go first (so words on two lines are glued), then each two spaces become one, in a single pass."""
    text = decoded.replace("\n", "").replace("  ", " ")
    return remove_repeated_tags(text) if description else text


def remove_repeated_tags(text: str) -> str:
    """Keeps the first of each (tag, trimmed content); whatever isn't a `<tag>content` pair after the first one is lost."""
    pairs = re.findall(r"<([^>]+)>([^<]+)", text)
    if not pairs:
        return text
    kept, seen = text[:text.index(f"<{pairs[0][0]}>")], set()
    for tag, content in pairs:
        if (tag, content.strip()) not in seen:
            seen.add((tag, content.strip()))
            kept += f"<{tag}>{content}"
    return kept

"""The SIDA architecture in plain PyTorch: one file a part, the shape of every tensor in a comment.

Shape letters: B batch, L sequence length, H hidden size of the language model, A attention heads, D width of one head,
V vocabulary, N image tokens of CLIP (S/patch squared), C width of the CLIP tower, g side of SAM's grid (S/16),
E width of SAM's encoder, P width of SAM's decoder (256), n number of [SEG] tokens.
"""

"""Training and fine-tuning of SIDA: data, losses, stages, the loop and the metrics."""

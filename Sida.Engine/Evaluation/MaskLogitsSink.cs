using Sida.Engine.Analysis;

namespace Sida.Engine.Evaluation;

/// <summary>Keeps the mask logits at the picture's size; of several masks, each pixel's highest logit.</summary>
internal sealed class MaskLogitsSink : ITensorSink
{
    /// <summary>(height, width), row-major; null as long as there was no mask.</summary>
    public float[]? Logits { get; private set; }

    public void Write(string name, ReadOnlySpan<int> shape, ReadOnlySpan<float> values)
    {
        if (name != TensorNames.FinalLogits || shape[0] == 0)
        {
            return;
        }

        int pixels = values.Length / shape[0];
        float[] highest = values[..pixels].ToArray();
        for (int mask = 1; mask < shape[0]; mask++)
        {
            ReadOnlySpan<float> other = values.Slice(mask * pixels, pixels);
            for (int i = 0; i < pixels; i++)
            {
                highest[i] = Math.Max(highest[i], other[i]);
            }
        }

        Logits = highest;
    }
}

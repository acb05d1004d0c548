using Sida.Engine.Import.Checkpoints;

namespace Sida.Engine.Import;

/// <summary>
/// Recognises a <c>text_hidden_fcs</c> that training never touched. train_SIDA_description.py creates this head anew and then
/// freezes it, so a checkpoint made with it localises with a random projection; its numbers are then still PyTorch's default
/// initialisation of a Linear: uniform in ±1/sqrt(in).
/// </summary>
internal static class UntouchedHeads
{
    /// <summary>bf16 rounds to 8 bits, so a number may pass the bound by 1/256.</summary>
    private const double RoundingSlack = 1 + (1.0 / 256);

    /// <summary>How far the spread of some thousand uniform numbers strays from its expectation.</summary>
    private const double SpreadTolerance = 0.03;

    private static readonly string[] Layers = ["model.text_hidden_fcs.0.0", "model.text_hidden_fcs.0.2"];

    /// <summary>The warning for a checkpoint whose head looks untouched, or null.</summary>
    public static string? FindWarning(ITensorSource checkpoint) =>
        Layers.All(layer => LooksInitial(checkpoint, layer))
            ? "The layers that turn [SEG] into a mask prompt (text_hidden_fcs) look untouched by training, as the official description training leaves them: "
              + "expect weaker masks from this checkpoint than from the SIDA model it was made of."
            : null;

    private static bool LooksInitial(ITensorSource checkpoint, string layer)
    {
        float[] weights = checkpoint.ReadFloats(layer + ".weight");
        double bound = 1 / Math.Sqrt(checkpoint.Tensors[layer + ".weight"].Shape[1]);
        return IsUniform(weights, bound) && checkpoint.ReadFloats(layer + ".bias").All(bias => Math.Abs(bias) <= bound * RoundingSlack);
    }

    private static bool IsUniform(float[] values, double bound)
    {
        double largest = values.Max(Math.Abs);
        double mean = values.Average(value => (double)value);
        double spread = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        double expected = bound / Math.Sqrt(3);
        return largest <= bound * RoundingSlack && largest >= bound * (1 - SpreadTolerance) && Math.Abs((spread / expected) - 1) <= SpreadTolerance;
    }
}

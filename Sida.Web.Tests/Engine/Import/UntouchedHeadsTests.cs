using Sida.Engine.Import;
using Sida.Engine.Import.Checkpoints;
using Sida.Web.Tests.Engine.Gguf;

namespace Sida.Web.Tests.Engine.Import;

/// <summary>The warning about description checkpoints whose region head was never trained.</summary>
public sealed class UntouchedHeadsTests
{
    private const int Width = 128;

    [Fact]
    public void Default_initialisation_is_recognised()
    {
        Random random = new(1);
        double bound = 1 / Math.Sqrt(Width);
        Assert.NotNull(UntouchedHeads.FindWarning(Head(() => ((random.NextDouble() * 2) - 1) * bound)));
    }

    [Fact]
    public void Weights_that_training_moved_are_not()
    {
        Random random = new(1);
        double bound = 1 / Math.Sqrt(Width);
        Assert.Null(UntouchedHeads.FindWarning(Head(() => (((random.NextDouble() * 2) - 1) * bound) + ((random.NextDouble() - 0.5) * 0.05))));
    }

    [Fact]
    public void The_tiny_checkpoint_has_a_trained_head()
    {
        using Checkpoint checkpoint = Checkpoint.Open(TestFixtures.Find("sida-tiny"));
        Assert.Null(UntouchedHeads.FindWarning(checkpoint));
    }

    private static MemoryTensors Head(Func<double> next)
    {
        MemoryTensors tensors = new();
        tensors.Add("model.text_hidden_fcs.0.0.weight", [Width, Width], Values(Width * Width));
        tensors.Add("model.text_hidden_fcs.0.0.bias", [Width], Values(Width));
        tensors.Add("model.text_hidden_fcs.0.2.weight", [256, Width], Values(256 * Width));
        tensors.Add("model.text_hidden_fcs.0.2.bias", [256], Values(256));
        return tensors;

        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)next())];
    }
}

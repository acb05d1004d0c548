using Sida.Engine.Import.Checkpoints.Configuration;
using Sida.Engine.Import.Onnx.Parts;
using Sida.Engine.Models;

namespace Sida.Engine.Import;

/// <summary>What the CLIP folder's configuration says, in the importer's and the package's terms.</summary>
internal static class TowerPixels
{
    /// <summary>The pixel settings of a package.</summary>
    /// <exception cref="CheckpointException">The configuration leaves out a step that the pipeline always does, or crops a rectangle.</exception>
    public static ClipPixels From(ClipPreprocessing preprocessing)
    {
        if (preprocessing is not { ShortestEdge: int edge, Crop: (int height, int width) } || height != width || edge > ModelPackage.MaxPixels)
        {
            throw new CheckpointException(
                "preprocessor_config.json: the vision tower needs a resize of the shorter side and a square centre crop. "
                + "Is this the folder of a CLIP model such as openai/clip-vit-large-patch14?");
        }

        return new ClipPixels(
            edge, height, true, preprocessing.RescaleFactor, Singles(preprocessing.Mean), Singles(preprocessing.StandardDeviation));
    }

    /// <summary>What the weights' shapes don't tell of the tower.</summary>
    public static ClipSettings Settings(ClipVisionConfig tower, SidaConfig checkpoint) => new(
        tower.HeadCount, (float)tower.LayerNormEpsilon, tower.Activation == "quick_gelu", checkpoint.VisionSelectLayer);

    private static float[] Singles(double[] values) => [.. values.Select(value => (float)value)];
}

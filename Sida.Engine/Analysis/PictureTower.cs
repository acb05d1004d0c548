using Sida.Engine.Imaging;
using Sida.Engine.Vision;

namespace Sida.Engine.Analysis;

/// <summary>CLIP and the projector: from a picture to rows in the language model's space. Thread-safe.</summary>
internal sealed class PictureTower(VisionTower tower, ClipPreprocessor pixels, EmbeddingCache cache) : IDisposable
{
    /// <summary>The picture's rows (N, H); cached unless tensors are written.</summary>
    public async Task<float[]> SeeAsync(DecodedImage picture, ITensorSink? tensors, CancellationToken cancellation)
    {
        if (tensors is not null)
        {
            return await ComputeAsync(picture.Image, tensors, cancellation);
        }

        float[][] cached = await cache.GetAsync(
            "clip:" + picture.Sha256, async stop => [await ComputeAsync(picture.Image, null, stop)], cancellation);
        return cached[0];
    }

    public void Dispose() => tower.Dispose();

    private async Task<float[]> ComputeAsync(RgbImage picture, ITensorSink? tensors, CancellationToken cancellation)
    {
        float[] input = await Task.Run(() => pixels.ToTensor(picture), cancellation);
        tensors?.Write(TensorNames.ClipPixels, [3, tower.ImageSize, tower.ImageSize], input);
        ImageFeatures seen = await tower.RunAsync(input, cancellation);
        tensors?.Write(TensorNames.ClipFeatures, [tower.Patches, seen.Features.Length / tower.Patches], seen.Features);
        tensors?.Write(TensorNames.ProjectedFeatures, [tower.Patches, tower.HiddenSize], seen.Embeddings);
        return seen.Embeddings;
    }
}

using System.Diagnostics;
using Sida.Engine.Imaging;

namespace Sida.Engine.Analysis;

/// <summary>
/// Finds the tampered regions of one picture. SAM's image encoder starts when this is made, beside the answer that is still being
/// written; masks are decoded when the states that predict [SEG] are known.
/// </summary>
internal sealed class Localization : IAsyncDisposable
{
    private readonly Lazy<Task<Segmenter>> _segmenter;
    private readonly DecodedImage _picture;
    private readonly ITensorSink? _tensors;
    private readonly CancellationTokenSource _stop;
    private readonly Task<float[]> _embedding;
    private (int Count, Task<BinaryMask[]> Masks)? _latest;

    /// <summary>Starts the image encoder.</summary>
    public Localization(Lazy<Task<Segmenter>> segmenter, DecodedImage picture, ITensorSink? tensors, CancellationToken cancellation)
    {
        _segmenter = segmenter;
        _picture = picture;
        _tensors = tensors;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long start = Stopwatch.GetTimestamp();
        _embedding = EmbedAsync(start);
    }

    /// <summary>Milliseconds of preprocessing and encoder; null until they are done, near 0 when the embedding was cached.</summary>
    public double? EncoderMilliseconds { get; private set; }

    /// <summary>Milliseconds of the latest fusion, mask decoding and resampling.</summary>
    public double? MaskMilliseconds { get; private set; }

    /// <summary>The masks of these [SEG]s; the same call again gives the same masks without computing them twice.</summary>
    /// <param name="firstClassLogits">(3): of the first [CLS] of the sequence.</param>
    /// <param name="segHidden">(n, H): the states that predict each [SEG], in order.</param>
    /// <param name="final">Whether no [SEG] can follow, so that intermediate tensors may be written.</param>
    public Task<BinaryMask[]> LocateAsync(float[] firstClassLogits, IReadOnlyList<float[]> segHidden, bool final)
    {
        if (_latest is { } latest && latest.Count == segHidden.Count && (_tensors is null || !final))
        {
            return latest.Masks;
        }

        float[][] states = [.. segHidden];
        Task<BinaryMask[]> masks = DecodeAsync(firstClassLogits, states, final ? _tensors : null);
        _latest = (states.Length, masks);
        return masks;
    }

    /// <summary>Stops what is still running and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_embedding, _latest?.Masks ?? Task.CompletedTask).ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task<float[]> EmbedAsync(long start)
    {
        Segmenter segmenter = await _segmenter.Value.WaitAsync(_stop.Token);
        float[] embedding = await segmenter.EmbedAsync(_picture, _tensors, _stop.Token);
        EncoderMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return embedding;
    }

    private async Task<BinaryMask[]> DecodeAsync(float[] firstClassLogits, float[][] segHidden, ITensorSink? tensors)
    {
        float[] embedding = await _embedding;
        long start = Stopwatch.GetTimestamp();
        Segmenter segmenter = await _segmenter.Value;
        BinaryMask[] masks = await segmenter.DecodeMasksAsync(_picture.Image, embedding, firstClassLogits, segHidden, tensors, _stop.Token);
        MaskMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return masks;
    }
}

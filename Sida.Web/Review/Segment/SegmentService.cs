using System.Diagnostics;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Web.Access;
using Sida.Web.Models;
using Sida.Web.Pictures;

namespace Sida.Web.Review.Segment;

/// <summary>SAM for annotators: masks from clicks, a box, or a mask to refine.</summary>
internal sealed class SegmentService(ItemPictures items, ModelHost models, PictureStore store) : IDisposable
{
    /// <summary>Clicks that are worked on at once. A decoder run is short; more at once would only make each of them longer.</summary>
    private const int MostAtOnce = 2;

    /// <summary>Clicks that may wait; with more, something is wrong or hostile.</summary>
    private const int MostWaiting = 64;

    private readonly SemaphoreSlim _turn = new(MostAtOnce);
    private int _waiting;

    public void Dispose() => _turn.Dispose();

    /// <summary>Computes the embedding of an item's picture, so that the first click is answered at once.</summary>
    /// <exception cref="NotFoundException">There is no such item, or it isn't the caller's to see.</exception>
    public async Task PrepareAsync(Caller caller, Guid itemId, string? model, CancellationToken cancellation)
    {
        PictureRef picture = await items.FindAsync(caller, itemId, cancellation);
        await InTurnAsync(
            model,
            analyzer => analyzer.PrepareSegmentationAsync(Source(picture), Known(picture), cancellation),
            cancellation);
    }

    /// <summary>Masks of the region that an annotator shows.</summary>
    /// <exception cref="NotFoundException">There is no such item, or it isn't the caller's to see.</exception>
    /// <exception cref="RequestException">The request says nothing, too much, or something outside the picture.</exception>
    public async Task<SegmentAnswer> SegmentAsync(Caller caller, Guid itemId, SegmentRequest request, CancellationToken cancellation)
    {
        PictureRef picture = await items.FindAsync(caller, itemId, cancellation);
        return await SegmentAsync(picture, request, cancellation);
    }

    /// <summary>The same for a picture that the caller was checked for.</summary>
    public async Task<SegmentAnswer> SegmentAsync(PictureRef picture, SegmentRequest request, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        if (request.Points?.Count > SegmentPrompt.MostPoints)
        {
            throw new RequestException($"points: {request.Points.Count} are more than the {SegmentPrompt.MostPoints} that are allowed; accept the mask and go on from it.");
        }

        SegmentResult result = await InTurnAsync(
            request.Model,
            async analyzer => await analyzer.SegmentAsync(await Task.Run(() => Prompt(picture, request), cancellation), cancellation),
            cancellation);
        SegmentMask[] masks = await Task.Run(() => result.Candidates.Select(Answer).ToArray(), cancellation);
        return new SegmentAnswer(masks, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private async Task<T> InTurnAsync<T>(string? model, Func<IAnalyzer, Task<T>> work, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > MostAtOnce + MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new BusyException("Too many clicks wait for the model. Try again in a moment.");
        }

        try
        {
            await _turn.WaitAsync(cancellation);
            try
            {
                using ModelLease lease = await models.UseAsync(model, cancellation);
                return await work(lease.Analyzer);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private SegmentPrompt Prompt(PictureRef picture, SegmentRequest request)
    {
        if (request.Mask is { } code && (code.Width, code.Height) != (picture.Width, picture.Height))
        {
            throw new RequestException($"mask: its size is {code.Width} x {code.Height}, the picture's is {picture.Width} x {picture.Height}. Send it in the picture's size.");
        }

        return new SegmentPrompt
        {
            Image = Source(picture),
            Known = Known(picture),
            Points = [.. (request.Points ?? []).Select(point => new SegmentPoint(point.X, point.Y, point.Include))],
            Box = request.Box is { } box ? new PixelRectangle(box.X, box.Y, box.Width, box.Height) : null,
            Mask = request.Mask is { } mask ? (mask.Rle is null ? throw new RequestException("mask: rle is missing.") : mask).ToMask() : null,
        };
    }

    private ImageSource Source(PictureRef picture) => ImageSource.FromFile(store.OriginalPath(picture.Sha256));

    private static AnalyzedImage Known(PictureRef picture) => new(picture.Sha256, picture.Width, picture.Height);

    private static SegmentMask Answer(SegmentCandidate candidate)
    {
        MaskCode code = MaskCode.Of(candidate.Mask);
        return new SegmentMask(code.Rle, code.Width, code.Height, Math.Clamp(candidate.Score, 0, 1), candidate.Mask.ForegroundPixels);
    }
}

using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;
using Sida.Engine.Language.Prompts;
using Sida.Engine.Models;
using Sida.Web.Models;
using Sida.Web.Pictures;
using Sida.Web.Review.Queue;

namespace Sida.Web.Review.Asking;

/// <summary>Asks a model about pictures of a set or a queue, one at a time: people's questions share the engine with it and are not kept waiting by more.</summary>
internal sealed class ModelAnnotator(ModelHost models, PictureStore store, TimeProvider clock)
{
    private const int MostTries = 60;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>What the model says.</summary>
    /// <exception cref="SidaException">It can't be asked; the message says why.</exception>
    public Task<ModelOpinion> AskAsync(PictureRef picture, string? model, CancellationToken cancellation) =>
        InTurnAsync(() => TryAskAsync(picture, model, cancellation), cancellation);

    /// <summary>Which model that is: its name, and the identity of its package.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<(string Model, string PackageHash)> IdentifyAsync(string? model, CancellationToken cancellation) => InTurnAsync(
        async () =>
        {
            string id = models.Resolve(model);
            using ModelLease lease = await models.UseAsync(id, cancellation);
            return (id, lease.Analyzer.PackageHash);
        },
        cancellation);

    /// <summary>Waits while all models that may be in memory are busy with people's questions.</summary>
    private async Task<T> InTurnAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (BusyException) when (attempt < MostTries)
            {
                await Task.Delay(Pause, clock, cancellation);
            }
        }
    }

    private async Task<ModelOpinion> TryAskAsync(PictureRef picture, string? model, CancellationToken cancellation)
    {
        string id = models.Resolve(model);
        using ModelLease lease = await models.UseAsync(id, cancellation);
        AnalysisRequest request = new()
        {
            Image = ImageSource.FromFile(store.OriginalPath(picture.Sha256)),
            Prompt = lease.Analyzer.Manifest.Family == ModelFamily.SidaDescription ? PromptPresets.Explain : PromptPresets.Detect,
        };
        AnalysisResult? result = null;
        await foreach (AnalysisEvent step in lease.Analyzer.AnalyzeAsync(request, cancellation))
        {
            result = (step as FinishedEvent)?.Result ?? result;
        }

        if (result is null)
        {
            throw new BusyException("The model ended without an answer. It is asked again.");
        }

        Annotation said = new() { Verdict = result.Verdict, Mask = Union(result.Masks), Explanation = FromChat.WithoutTokens(result.Text) };
        return new ModelOpinion(said, id, lease.Analyzer.PackageHash, result.Probabilities);
    }

    private static MaskCode? Union(IReadOnlyList<BinaryMask> masks)
    {
        if (masks.All(mask => mask.ForegroundPixels == 0))
        {
            return null;
        }

        byte[] all = [.. masks[0].Values];
        foreach (BinaryMask mask in masks.Skip(1))
        {
            for (int i = 0; i < all.Length; i++)
            {
                all[i] |= mask.Values[i];
            }
        }

        return MaskCode.Of(new BinaryMask(masks[0].Width, masks[0].Height, all));
    }
}

/// <summary>What a model says of a picture.</summary>
/// <param name="Annotation">The content.</param>
/// <param name="Model">Which model.</param>
/// <param name="PackageHash">The identity of its package.</param>
/// <param name="Probabilities">How it divided its belief.</param>
internal sealed record ModelOpinion(Annotation Annotation, string Model, string PackageHash, ClassProbabilities? Probabilities);

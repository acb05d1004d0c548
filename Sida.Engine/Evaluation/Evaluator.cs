using Sida.Engine.Analysis;
using Sida.Engine.Imaging;

namespace Sida.Engine.Evaluation;

/// <summary>Runs a model over a labelled set and measures it.</summary>
public static class Evaluator
{
    /// <summary>Analyses every picture and summarises.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="set">The pictures.</param>
    /// <param name="options">Question and protocol.</param>
    /// <param name="progress">Told after every picture; null for nobody.</param>
    /// <param name="cancellation">Stops after the pictures in work.</param>
    public static async Task<EvaluationReport> RunAsync(
        AnalysisEngine engine, SidSet set, EvaluationOptions options, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        SidSample[] samples = [.. Enum.GetValues<Verdict>().SelectMany(label => Spread([.. set.Samples.Where(sample => sample.Label == label)], options.LimitPerClass))];
        PictureOutcome?[] outcomes = new PictureOutcome?[samples.Length];
        PictureFailure?[] failures = new PictureFailure?[samples.Length];
        (int done, int right) = (0, 0);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellation };
        await Parallel.ForAsync(0, samples.Length, parallel, async (index, stop) =>
        {
            try
            {
                outcomes[index] = await EvaluateAsync(engine, samples[index], options, stop);
                Interlocked.Add(ref right, outcomes[index]!.Verdict == samples[index].Label ? 1 : 0);
            }
            catch (ImageException error)
            {
                // One bad picture must not cost the evaluation; the report names it.
                failures[index] = new PictureFailure(Name(samples[index]), error.Message);
            }

            progress?.Report(new EvaluationProgress(Interlocked.Increment(ref done), samples.Length, Volatile.Read(ref right)));
        });
        return EvaluationReport.Of(engine, set, options, [.. outcomes.OfType<PictureOutcome>()], [.. failures.OfType<PictureFailure>()]);
    }

    private static IEnumerable<SidSample> Spread(SidSample[] samples, int? limit) => limit is { } most && most < samples.Length
        ? Enumerable.Range(0, most).Select(i => samples[(int)((long)i * samples.Length / most)])
        : samples;

    private static string Name(SidSample sample) =>
        $"{Path.GetFileName(Path.GetDirectoryName(sample.Image))}/{Path.GetFileName(sample.Image)}";

    private static async Task<PictureOutcome> EvaluateAsync(AnalysisEngine engine, SidSample sample, EvaluationOptions options, CancellationToken cancellation)
    {
        bool forced = options.Protocol == EvaluationProtocol.TeacherForced;
        MaskLogitsSink logits = new();
        AnalysisResult result = await engine.AnalyzeToEndAsync(
            new AnalysisRequest
            {
                Image = ImageSource.FromFile(sample.Image),
                Prompt = options.Prompt,
                Answer = forced ? ForcedAnswer.For(sample.Label) : null,
                LocateAlways = forced,
                Tensors = logits,
            },
            cancellation);
        PictureOutcome outcome = new()
        {
            File = Name(sample),
            Label = sample.Label,
            Verdict = result.Verdict,
            Probabilities = result.Probabilities is { } p ? [p.Real, p.FullSynthetic, p.Tampered] : [1f / 3, 1f / 3, 1f / 3],
            Kind = sample.Kind,
            Origin = sample.Origin ?? Name(sample),
            VerdictMilliseconds = result.Timings.Verdict,
        };
        byte[] predicted = Marked(result);
        if (sample.Mask is null)
        {
            return outcome with { FalselyMarked = (double)predicted.Count(value => value == 1) / predicted.Length };
        }

        BinaryMask truth = await Task.Run(() => TrueMask.Read(sample.Mask, result.Image.Width, result.Image.Height, cancellation), cancellation);
        return outcome with
        {
            Mask = MaskCounts.Of(predicted, truth),
            PixelAuc = result.MaskProduced && logits.Logits is { } scores
                ? await Task.Run(() => RankAuc.SortAndCompute(scores, [.. truth.Values]), cancellation)
                : 0.5,
        };
    }

    /// <summary>Every pixel that any of the masks marks.</summary>
    private static byte[] Marked(AnalysisResult result)
    {
        byte[] marked = new byte[result.Image.Width * result.Image.Height];
        foreach (BinaryMask mask in result.Masks)
        {
            for (int i = 0; i < marked.Length; i++)
            {
                marked[i] |= mask.Values[i];
            }
        }

        return marked;
    }
}

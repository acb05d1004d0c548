using System.Numerics.Tensors;

namespace Sida.Engine.Language.Sampling;

/// <summary>
/// Chooses tokens of one answer. The order of the steps is that of transformers 4.31 (generation/utils.py, _get_logits_processor and
/// _get_logits_warper): repetition penalty, temperature, top-k, top-p.
/// </summary>
internal sealed class TokenSampler
{
    private readonly SamplingSettings _settings;
    private readonly SplitMix _random;
    private readonly HashSet<int> _seen;
    private float[] _scores = [];

    /// <summary>Starts an answer.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="prompt">The prompt's tokens; only a repetition penalty needs them.</param>
    public TokenSampler(SamplingSettings settings, IEnumerable<int> prompt)
    {
        _settings = settings;
        _random = new SplitMix(settings.Seed ?? (ulong)Random.Shared.NextInt64());
        _seen = settings.RepetitionPenalty == 1 ? [] : [.. prompt];
    }

    /// <summary>Chooses the next token and remembers it.</summary>
    /// <param name="logits">One per token id, none of them NaN.</param>
    public int Next(ReadOnlySpan<float> logits)
    {
        if (_settings.RepetitionPenalty == 1 && !_settings.DoSample)
        {
            return ArgMax(logits);
        }

        Array.Resize(ref _scores, logits.Length);
        logits.CopyTo(_scores);
        Penalise();
        int token = _settings.DoSample ? Draw() : ArgMax(_scores);
        if (_settings.RepetitionPenalty != 1)
        {
            _seen.Add(token);
        }

        return token;
    }

    /// <summary>The lowest id of the largest logit, as torch.argmax.</summary>
    public static int ArgMax(ReadOnlySpan<float> logits) => logits.IndexOf(TensorPrimitives.Max(logits));

    /// <summary>RepetitionPenaltyLogitsProcessor: a logit moves away from the top whatever its sign.</summary>
    private void Penalise()
    {
        foreach (int token in _seen)
        {
            float score = _scores[token];
            _scores[token] = score < 0 ? score * _settings.RepetitionPenalty : score / _settings.RepetitionPenalty;
        }
    }

    private int Draw()
    {
        TensorPrimitives.Divide(_scores, _settings.Temperature, _scores);
        int[] tokens = new int[_scores.Length];
        for (int id = 0; id < tokens.Length; id++)
        {
            tokens[id] = id;
        }

        // Ascending as in TopPLogitsWarper; equal scores in the order of their ids.
        float[] sorted = [.. _scores];
        Array.Sort(sorted, tokens);
        TensorPrimitives.Subtract(sorted, sorted[^1], sorted);     // probabilities stay what they are, and no exponential overflows
        int first = TopK(sorted);
        first = TopP(sorted, first);
        float[] probabilities = new float[sorted.Length - first];
        TensorPrimitives.SoftMax(sorted.AsSpan(first), probabilities);
        double threshold = _random.NextDouble();
        double sum = 0;
        for (int index = probabilities.Length - 1; index > 0; index--)
        {
            sum += probabilities[index];
            if (threshold < sum)
            {
                return tokens[first + index];
            }
        }

        return tokens[first];
    }

    /// <summary>TopKLogitsWarper: keeps everything not below the k-th largest, so ties of it too. Returns the first index kept.</summary>
    private int TopK(float[] ascending)
    {
        if (_settings.TopK == 0 || _settings.TopK >= ascending.Length)
        {
            return 0;
        }

        float least = ascending[^_settings.TopK];
        return Array.FindIndex(ascending, score => score >= least);
    }

    /// <summary>TopPLogitsWarper: drops from the bottom while the probability dropped stays within 1 - p, but never the last.</summary>
    private int TopP(float[] ascending, int first)
    {
        if (_settings.TopP == 1)
        {
            return first;
        }

        float[] probabilities = new float[ascending.Length - first];
        TensorPrimitives.SoftMax(ascending.AsSpan(first), probabilities);
        float dropped = 0;
        int kept = 0;
        while (kept < probabilities.Length - 1 && (dropped += probabilities[kept]) <= 1 - _settings.TopP)
        {
            kept++;
        }

        return first + kept;
    }
}

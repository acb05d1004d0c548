namespace Sida.Engine.Evaluation;

/// <summary>Area under the ROC curve: the probability that a positive is scored above a negative, ties counting one half.</summary>
public static class RankAuc
{
    /// <summary>By ranks (Mann-Whitney), exact for any number of ties.</summary>
    /// <param name="scores">One a case; sorted in place together with <paramref name="positive"/>.</param>
    /// <param name="positive">1 where the case is positive, else 0.</param>
    /// <returns>0..1, or null when there are no positives or no negatives.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double? SortAndCompute(float[] scores, byte[] positive)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(positive);
        if (scores.Length != positive.Length)
        {
            throw new ArgumentException($"{scores.Length} scores for {positive.Length} cases.", nameof(positive));
        }

        Array.Sort(scores, positive);
        long positives = 0;
        double rankSum = 0;
        for (int start = 0; start < scores.Length;)
        {
            int end = start;
            long tied = 0;
            for (; end < scores.Length && scores[end].Equals(scores[start]); end++)
            {
                tied += positive[end];
            }

            rankSum += tied * ((start + end + 1) / 2.0);
            positives += tied;
            start = end;
        }

        long negatives = scores.Length - positives;
        return positives == 0 || negatives == 0
            ? null
            : (rankSum - (positives * (positives + 1) / 2.0)) / positives / negatives;
    }
}

namespace Sida.Engine.Evaluation;

/// <summary>A mean with its 95 % interval.</summary>
/// <param name="Value">The mean over pictures.</param>
/// <param name="Low">2.5 % quantile of the bootstrap.</param>
/// <param name="High">97.5 % quantile of the bootstrap.</param>
/// <param name="Pictures">How many pictures it was taken over.</param>
public sealed record Estimate(double Value, double Low, double High, int Pictures)
{
    private const int Draws = 1000;

    /// <summary>
    /// Bootstrap over origins, not pictures: pictures of one photograph resemble each other, and intervals that ignore it are too narrow.
    /// The draws are seeded, so that the same results give the same interval.
    /// </summary>
    /// <returns>Null when there is no value.</returns>
    public static Estimate? Of(IEnumerable<(double Value, string Origin)> values)
    {
        (double Sum, int Count)[] groups = [.. values.GroupBy(value => value.Origin, StringComparer.Ordinal).Select(group => (group.Sum(value => value.Value), group.Count()))];
        if (groups.Length == 0)
        {
            return null;
        }

        // Not for secrets: a fixed seed is the point.
#pragma warning disable CA5394
        Random random = new(1);
        double[] means = new double[Draws];
        for (int draw = 0; draw < Draws; draw++)
        {
            (double sum, long count) = (0, 0);
            for (int i = 0; i < groups.Length; i++)
            {
                (double part, int pictures) = groups[random.Next(groups.Length)];
                sum += part;
                count += pictures;
            }

            means[draw] = sum / count;
        }
#pragma warning restore CA5394

        Array.Sort(means);
        int total = groups.Sum(group => group.Count);
        return new Estimate(groups.Sum(group => group.Sum) / total, Quantile(means, 0.025), Quantile(means, 0.975), total);
    }

    private static double Quantile(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
}

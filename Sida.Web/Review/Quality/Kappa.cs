namespace Sida.Web.Review.Quality;

/// <summary>Agreement on classes beyond what chance alone would give: 1 full, 0 as by chance, below 0 less than that.</summary>
internal static class Kappa
{
    /// <summary>
    /// Two people's kappa; null where it isn't defined: no item, or both used one and the same class throughout.
    /// Source: J. Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20 (1960).
    /// </summary>
    public static double? Cohen(IReadOnlyCollection<(int First, int Second)> ratings)
    {
        if (ratings.Count == 0)
        {
            return null;
        }

        double n = ratings.Count;
        double observed = ratings.Count(pair => pair.First == pair.Second) / n;
        double expected = ratings.Select(pair => pair.First).Concat(ratings.Select(pair => pair.Second)).Distinct()
            .Sum(one => ratings.Count(pair => pair.First == one) / n * (ratings.Count(pair => pair.Second == one) / n));
        return Beyond(observed, expected);
    }

    /// <summary>
    /// Kappa of any number of people; null where it isn't defined. Items may have different numbers of ratings; those with fewer than
    /// two are left out. With the same number everywhere it is the coefficient of
    /// J. L. Fleiss, "Measuring Nominal Scale Agreement Among Many Raters", Psychological Bulletin 76 (1971).
    /// </summary>
    /// <param name="items">For each item, the classes that were chosen.</param>
    public static double? Fleiss(IEnumerable<IReadOnlyCollection<int>> items)
    {
        List<IReadOnlyCollection<int>> rated = [.. items.Where(item => item.Count >= 2)];
        if (rated.Count == 0)
        {
            return null;
        }

        double observed = rated.Average(item =>
        {
            double n = item.Count;
            double squares = item.GroupBy(one => one).Sum(group => (double)group.Count() * group.Count());
            return (squares - n) / (n * (n - 1));
        });
        double all = rated.Sum(item => item.Count);
        double expected = rated.SelectMany(item => item).GroupBy(one => one).Sum(group => group.Count() / all * (group.Count() / all));
        return Beyond(observed, expected);
    }

    private static double? Beyond(double observed, double expected) => 1 - expected < 1e-12 ? null : (observed - expected) / (1 - expected);
}

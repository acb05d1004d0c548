namespace Sida.Web.Review.Quality;

/// <summary>How alike two texts are: 1 - Levenshtein distance / length of the longer. Source: V. I. Levenshtein (1966), by Wagner and Fischer's table, two rows of it.</summary>
internal static class EditDistance
{
    /// <summary>1 for equal texts (two empty ones too), 0 where nothing can stay.</summary>
    public static double Similarity(string first, string second)
    {
        int longest = Math.Max(first.Length, second.Length);
        return longest == 0 ? 1 : 1 - ((double)Of(first, second) / longest);
    }

    /// <summary>The smallest number of characters to put in, take out or replace.</summary>
    public static int Of(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        int same = first.CommonPrefixLength(second);
        first = first[same..];
        second = second[same..];
        while (!first.IsEmpty && !second.IsEmpty && first[^1] == second[^1])
        {
            first = first[..^1];
            second = second[..^1];
        }

        int[] above = new int[second.Length + 1];
        int[] row = new int[second.Length + 1];
        for (int j = 0; j < above.Length; j++)
        {
            above[j] = j;
        }

        for (int i = 0; i < first.Length; i++)
        {
            row[0] = i + 1;
            for (int j = 0; j < second.Length; j++)
            {
                int replaced = above[j] + (first[i] == second[j] ? 0 : 1);
                row[j + 1] = Math.Min(replaced, Math.Min(above[j + 1], row[j]) + 1);
            }

            (above, row) = (row, above);
        }

        return above[second.Length];
    }
}

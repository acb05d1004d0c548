namespace Sida.Engine.Language.Tokenization;

/// <summary>
/// The parts of a text that come from a person or a model and therefore may not form structural tokens. A token that
/// overlaps such a part in even one character is left as plain text, unless it is one of those that people may write.
/// </summary>
/// <param name="ranges">The parts, in ascending order without overlap.</param>
/// <param name="permitted">Tokens that keep their meaning inside these parts.</param>
internal sealed class UntrustedText(IReadOnlyList<(int Start, int End)> ranges, IReadOnlySet<string> permitted)
{
    /// <summary>A text without such parts.</summary>
    public static UntrustedText None { get; } = new([], new HashSet<string>());

    /// <summary>Whether <paramref name="token"/>, which was found at [start, end), may be one.</summary>
    public bool Permits(ReadOnlySpan<char> token, int start, int end) => !Overlaps(start, end) || permitted.Contains(token.ToString());

    private bool Overlaps(int start, int end)
    {
        int low = 0;
        int high = ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ranges[middle].End <= start)
                low = middle + 1;
            else
                high = middle;
        }

        return low < ranges.Count && ranges[low].Start < end;
    }
}

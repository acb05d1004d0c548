using System.Text.RegularExpressions;

namespace Sida.Web.Review.Editing;

/// <summary>
/// The difference of two texts word by word: the shortest script of removals and additions, by the greedy search over diagonals.
/// Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986).
/// </summary>
internal static partial class TextDiff
{
    /// <summary>Beyond so many changed words the texts have too little in common for a diff to help: all of one goes, all of the other comes.</summary>
    private const int MaxEdits = 800;

    /// <summary>The pieces in order; joined without the removed ones they are the new text, without the added ones the old.</summary>
    public static IReadOnlyList<TextChange> Of(string before, string now)
    {
        string[] old = [.. Word().Matches(before).Select(match => match.Value)];
        string[] fresh = [.. Word().Matches(now).Select(match => match.Value)];
        List<TextChange> pieces = [];
        foreach ((TextChangeKind kind, string word) in Script(old, fresh))
        {
            if (pieces.Count > 0 && pieces[^1].Kind == kind)
            {
                pieces[^1] = pieces[^1] with { Text = pieces[^1].Text + word };
            }
            else
            {
                pieces.Add(new TextChange(kind, word));
            }
        }

        return pieces;
    }

    private static List<(TextChangeKind Kind, string Word)> Script(string[] old, string[] fresh)
    {
        List<int[]> trace = Search(old, fresh);
        if (trace.Count == 0)
        {
            return [.. old.Select(word => (TextChangeKind.Removed, word)), .. fresh.Select(word => (TextChangeKind.Added, word))];
        }

        List<(TextChangeKind, string)> script = [];
        (int x, int y) = (old.Length, fresh.Length);
        for (int edits = trace.Count - 1; edits >= 0; edits--)
        {
            int diagonal = x - y;
            int[] reached = trace[edits];
            int middle = reached.Length / 2;
            bool down = edits > 0 && (diagonal == -edits || (diagonal != edits && reached[middle + diagonal - 1] < reached[middle + diagonal + 1]));
            int fromDiagonal = down ? diagonal + 1 : diagonal - 1;
            int fromX = edits == 0 ? 0 : reached[middle + fromDiagonal];
            int fromY = edits == 0 ? 0 : fromX - fromDiagonal;
            while (x > fromX && y > fromY)
            {
                script.Add((TextChangeKind.Same, fresh[--y]));
                x--;
            }

            if (edits > 0)
            {
                script.Add(down ? (TextChangeKind.Added, fresh[--y]) : (TextChangeKind.Removed, old[--x]));
            }
        }

        script.Reverse();
        return script;
    }

    /// <summary>For each number of edits, how far every diagonal had come before; empty when it takes too many.</summary>
    private static List<int[]> Search(string[] old, string[] fresh)
    {
        int most = Math.Min(old.Length + fresh.Length, MaxEdits);
        int[] reached = new int[(2 * most) + 3];
        int middle = reached.Length / 2;
        List<int[]> trace = [];
        for (int edits = 0; edits <= most; edits++)
        {
            trace.Add(reached[(middle - edits - 1)..(middle + edits + 2)]);
            for (int diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                bool down = diagonal == -edits || (diagonal != edits && reached[middle + diagonal - 1] < reached[middle + diagonal + 1]);
                int x = edits == 0 ? 0 : down ? reached[middle + diagonal + 1] : reached[middle + diagonal - 1] + 1;
                int y = x - diagonal;
                while (x < old.Length && y < fresh.Length && string.Equals(old[x], fresh[y], StringComparison.Ordinal))
                {
                    (x, y) = (x + 1, y + 1);
                }

                reached[middle + diagonal] = x;
                if (x >= old.Length && y >= fresh.Length)
                {
                    return trace;
                }
            }
        }

        return [];
    }

    /// <summary>A word with the white space behind it; white space at the beginning stands for itself.</summary>
    [GeneratedRegex(@"\S+\s*|^\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}

namespace Sida.Web.Review.Editing;

/// <summary>Whether two annotations say the same; lists are compared by what is in them.</summary>
internal static class Same
{
    public static bool Content(Annotation first, Annotation second) =>
        first.Verdict == second.Verdict && first.Certainty == second.Certainty && first.Mask == second.Mask
        && string.Equals(first.Explanation, second.Explanation, StringComparison.Ordinal)
        && first.Reasons.SequenceEqual(second.Reasons, StringComparer.Ordinal) && first.Links.SequenceEqual(second.Links);
}

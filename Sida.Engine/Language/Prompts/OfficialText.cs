using System.Text;
using Sida.Engine.Language.Tokenization;

namespace Sida.Engine.Language.Prompts;

/// <summary>What chat.py and chat_description.py do with decoded text before they print it.</summary>
public static class OfficialText
{
    /// <summary>Removes line breaks (words on two lines are glued) and then replaces each two spaces by one, in a single pass: three become two.</summary>
    public static string Join(string decoded) =>
        decoded.Replace("\n", "", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal);

    /// <summary>
    /// chat_description.py's <c>remove_repeated_tags</c>: of all <c>&lt;tag&gt;content</c> pairs keeps the first of each. Text
    /// before the first such tag stays, everything else that is no pair is lost - as the <c>&lt;/s&gt;</c> at the end of every answer.
    /// </summary>
    public static string RemoveRepeatedTags(string text)
    {
        List<(int Tag, int Content, int End)> pairs = FindPairs(text);
        if (pairs.Count == 0)
            return text;

        // The official code cuts at the first place where the first pair's tag is written, even if that one has no content.
        string firstTag = text[pairs[0].Tag..pairs[0].Content];
        StringBuilder kept = new(text[..text.IndexOf(firstTag, StringComparison.Ordinal)]);
        HashSet<(string Tag, string Content)> seen = [];
        foreach ((int tag, int content, int end) in pairs)
        {
            if (seen.Add((text[tag..content], PythonWhiteSpace.Strip(text.AsSpan(content, end - content)).ToString())))
                kept.Append(text, tag, end - tag);
        }

        return kept.ToString();
    }

    /// <summary>All matches of <c>&lt;([^&gt;]+)&gt;([^&lt;]+)</c> from left to right, without looking at any character more than twice.</summary>
    private static List<(int Tag, int Content, int End)> FindPairs(string text)
    {
        List<(int Tag, int Content, int End)> pairs = [];
        int close = -1;
        for (int open = text.IndexOf('<', StringComparison.Ordinal); open >= 0;)
        {
            close = close > open ? close : text.IndexOf('>', open);
            if (close < 0)
                break;

            int end = close + 1 < text.Length ? text.IndexOf('<', close + 1) : -1;
            end = end < 0 ? text.Length : end;
            if (close > open + 1 && end > close + 1)
            {
                pairs.Add((open, close + 1, end));
                open = end < text.Length ? end : -1;
            }
            else
            {
                open = open + 1 < text.Length ? text.IndexOf('<', open + 1) : -1;
            }
        }

        return pairs;
    }
}

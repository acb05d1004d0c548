namespace Sida.Engine.Language.Tokenization;

/// <summary>White space as Python's <c>str.strip()</c> sees it, which the official tokenizer and clean-up rely on.</summary>
internal static class PythonWhiteSpace
{
    /// <summary>.NET's white space and the four separators U+001C to U+001F, which .NET counts as mere control characters.</summary>
    public static bool Contains(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    /// <summary>Python's <c>text.strip()</c>.</summary>
    public static ReadOnlySpan<char> Strip(ReadOnlySpan<char> text) => text[CountLeading(text)..^CountTrailing(text[CountLeading(text)..])];

    /// <summary>How many characters <c>lstrip()</c> removes.</summary>
    public static int CountLeading(ReadOnlySpan<char> text)
    {
        int count = 0;
        while (count < text.Length && Contains(text[count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>How many characters <c>rstrip()</c> removes.</summary>
    public static int CountTrailing(ReadOnlySpan<char> text)
    {
        int count = 0;
        while (count < text.Length && Contains(text[^(count + 1)]))
        {
            count++;
        }

        return count;
    }
}

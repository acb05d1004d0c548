using System.Buffers;
using System.Text;
using Sida.Engine;

namespace Sida.Web.Data;

/// <summary>Text that every database can keep: PostgreSQL takes no NUL, and none takes half a surrogate pair.</summary>
internal static class StoredText
{
    /// <summary>Refuses a person's text that can't be kept.</summary>
    /// <exception cref="RequestException">It has a NUL or an unpaired surrogate.</exception>
    public static string Check(string text, string what) =>
        CanBeKept(text) ? text : throw new RequestException($"{what} has characters that are not text (NUL or half of a surrogate pair). Remove them.");

    /// <summary>A model's text without what can't be kept.</summary>
    public static string Clean(string text) => CanBeKept(text)
        ? text
        : string.Concat(text.EnumerateRunes().Where(rune => rune.Value != 0));

    private static bool CanBeKept(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (text[0] == '\0' || Rune.DecodeFromUtf16(text, out _, out int length) != OperationStatus.Done)
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }
}

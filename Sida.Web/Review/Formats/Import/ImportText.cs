using System.Text;
using System.Text.Json;
using Sida.Engine;

namespace Sida.Web.Review.Formats.Import;

/// <summary>Texts of a set, within limits.</summary>
internal static class ImportText
{
    /// <summary>Bytes of a JSON file that is read at once.</summary>
    public const long MostJson = 64L << 20;

    /// <summary>Bytes of a table or of lines, which are read one at a time.</summary>
    public const long MostLines = 8L << 30;

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 32 };

    /// <summary>A whole JSON file.</summary>
    /// <exception cref="RequestException">It is none.</exception>
    public static async Task<JsonDocument> JsonAsync(IImportSource source, string path, CancellationToken cancellation)
    {
        await using Stream stream = source.Open(path, MostJson);
        try
        {
            return await JsonDocument.ParseAsync(stream, Shallow, cancellation);
        }
        catch (JsonException error)
        {
            throw new RequestException($"{path} is not JSON: {error.Message}", error);
        }
    }

    /// <summary>A text of a JSON file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Takes the text out of the document, which checks no escapes before.</param>
    /// <exception cref="RequestException">An escape in it is half a character, as Python writes for names that are not UTF-8.</exception>
    public static string Text(string path, Func<string?> read)
    {
        try
        {
            return read()!;
        }
        catch (InvalidOperationException error)
        {
            throw new RequestException($"{path} has a text with half a character, an escape between \\ud800 and \\udfff on its own. Write names and texts as UTF-8.", error);
        }
    }

    /// <summary>The lines of a file with their numbers, none longer than <see cref="JsonLinesLayout.MostLine"/>.</summary>
    /// <exception cref="RequestException">One is longer.</exception>
    public static IEnumerable<(int Number, string Line)> Lines(IImportSource source, string path)
    {
        using StreamReader reader = new(source.Open(path, MostLines), Encoding.UTF8);
        StringBuilder line = new();
        char[] buffer = new char[1 << 14];
        int number = 1;
        for (int count; (count = reader.Read(buffer)) > 0;)
        {
            for (int start = 0; start < count;)
            {
                int end = Array.IndexOf(buffer, '\n', start, count - start);
                line.Append(buffer, start, (end < 0 ? count : end) - start);
                if (line.Length > JsonLinesLayout.MostLine)
                {
                    throw new RequestException($"{path}, line {number} is longer than {JsonLinesLayout.MostLine >> 20} MB.");
                }

                if (end < 0)
                {
                    break;
                }

                yield return (number++, line.ToString().TrimEnd('\r'));
                line.Clear();
                start = end + 1;
            }
        }

        if (line.Length > 0)
        {
            yield return (number, line.ToString().TrimEnd('\r'));
        }
    }
}

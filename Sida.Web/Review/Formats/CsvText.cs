using System.Text;
using Sida.Engine;

namespace Sida.Web.Review.Formats;

/// <summary>Rows of comma-separated values (RFC 4180).</summary>
internal static class CsvText
{
    private const int MostCell = 8 << 20;
    private const int MostCells = 100;

    /// <summary>
    /// A row. Spreadsheets run cells that begin like a formula, so such a cell gets an apostrophe in front, which spreadsheets hide and
    /// <see cref="Rows"/> takes away again.
    /// </summary>
    public static string Row(params IEnumerable<string> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    private static string Cell(string text)
    {
        string safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\'' ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? "\"" + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : safe;
    }

    /// <summary>The rows of a table, as they are read.</summary>
    /// <exception cref="RequestException">A cell or a row has no end.</exception>
    public static IEnumerable<IReadOnlyList<string>> Rows(TextReader reader)
    {
        int number = 0;
        while (Row(reader, ++number) is { } row)
        {
            yield return row;
        }
    }

    private static List<string>? Row(TextReader reader, int number)
    {
        if (reader.Peek() < 0)
        {
            return null;
        }

        List<string> cells = [];
        StringBuilder cell = new();
        bool quoted = false;
        for (int next = reader.Read(); ; next = reader.Read())
        {
            if (next < 0 && quoted)
            {
                throw new RequestException($"The table's row {number} has a quotation mark that is never closed.");
            }

            if (quoted && next == '"' && reader.Peek() != '"')
            {
                quoted = false;
            }
            else if (quoted)
            {
                cell.Append((char)(next == '"' ? reader.Read() : next));
            }
            else if (next == '"')
            {
                quoted = true;
            }
            else if (next is ',' or '\n' or < 0)
            {
                cells.Add(Plain(cell, next));
                cell.Clear();
                if (next != ',')
                {
                    return cells;
                }
            }
            else
            {
                cell.Append((char)next);
            }

            if (cell.Length > MostCell || cells.Count > MostCells)
            {
                throw new RequestException($"The table's row {number} is too long: at most {MostCells} cells of {MostCell >> 20} MB each.");
            }
        }
    }

    private static string Plain(StringBuilder cell, int end)
    {
        string text = cell.ToString();
        text = end == '\n' && text.EndsWith('\r') ? text[..^1] : text;
        return text.StartsWith('\'') ? text[1..] : text;
    }
}

using System.Text;
using System.Text.RegularExpressions;
using Sida.Engine.Language.Tokenization;

namespace Sida.Web.Tests.Engine.Prompts;

/// <summary>The readable text by its definition, from whole strings: what the incremental decoder must come to piece by piece.</summary>
internal static partial class ReadableReference
{
    private const char Token = '\ue000';

    public static string Of(LlamaTokenizer tokenizer, IEnumerable<int> ids)
    {
        StringBuilder text = new();
        List<int> run = [];
        foreach (int id in ids)
        {
            if (tokenizer.Vocabulary.RoleOf(id) == TokenRole.Piece)
            {
                run.Add(id);
                continue;
            }

            text.Append(tokenizer.Decode(run)).Append(Token);
            run.Clear();
        }

        string raw = EndMarker().Replace(text.Append(tokenizer.Decode(run)).ToString(), Token.ToString());
        raw = string.Concat(raw.Where(c => char.IsWhiteSpace(c) || !char.IsControl(c)));
        raw = Gap().Replace(raw, gap =>
        {
            int lines = gap.Value.Count(c => c == '\n');
            bool punctuation = gap.Value.Contains(Token) && gap.Index + gap.Length < raw.Length && ".,;:!?)".Contains(raw[gap.Index + gap.Length]);
            return lines > 0 ? new string('\n', Math.Min(lines, 2)) : punctuation ? "" : " ";
        });
        return raw.Trim(' ', '\n');
    }

    [GeneratedRegex(@"\[end\]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex EndMarker();

    [GeneratedRegex(@"[\s\ue000]+")]
    private static partial Regex Gap();
}

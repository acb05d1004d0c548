using System.Text;

namespace Sida.Engine.Language.Tokenization;

/// <summary>Ids to text as <c>PreTrainedTokenizer._decode</c> and <c>LlamaTokenizer.convert_tokens_to_string</c> of transformers 4.31 do it.</summary>
internal static class TokenDecoder
{
    // PreTrainedTokenizerBase.clean_up_tokenization, in its order.
    private static readonly (string Old, string New)[] CleanUps =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"),
        (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public static string Decode(LlamaTokenizer tokenizer, IEnumerable<int> ids, bool skipSpecialTokens)
    {
        TokenVocabulary vocabulary = tokenizer.Vocabulary;
        List<string> parts = [];
        List<int> ordinary = [];
        foreach (int id in ids)
        {
            string text = vocabulary.TextOf(id);
            if (skipSpecialTokens && vocabulary.IsSkipped(id))
                continue;

            if (vocabulary.RoleOf(id) != TokenRole.Added)
            {
                ordinary.Add(id);
                continue;
            }

            Flush();
            parts.Add(text);
        }

        Flush();
        string joined = string.Join(' ', parts);
        return tokenizer.Settings.CleanUpSpaces
            ? CleanUps.Aggregate(joined, (text, rule) => text.Replace(rule.Old, rule.New, StringComparison.Ordinal))
            : joined;

        void Flush()
        {
            if (ordinary.Count > 0)
                parts.Add(Ordinary(tokenizer, ordinary));

            ordinary.Clear();
        }
    }

    /// <summary>Ordinary and special tokens; the space that sets a special token apart goes, oddly, before the text in front of it.</summary>
    private static string Ordinary(LlamaTokenizer tokenizer, List<int> ids)
    {
        StringBuilder text = new();
        SentencePieceRun run = new(tokenizer.Model);
        int runStart = 0;
        bool afterSpecial = false;
        for (int i = 0; i < ids.Count; i++)
        {
            if (tokenizer.Vocabulary.RoleOf(ids[i]) == TokenRole.Special)
            {
                run.End(text);
                if (!afterSpecial && i > 0)
                    text.Insert(runStart, ' ');

                text.Append(tokenizer.Vocabulary.TextOf(ids[i]));
                runStart = text.Length;
                afterSpecial = true;
            }
            else
            {
                run.Append(ids[i], text);
                afterSpecial = false;
            }
        }

        run.End(text);
        return text.ToString();
    }
}

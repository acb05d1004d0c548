using System.Text;

namespace Sida.Engine.Language.Tokenization;

/// <summary>
/// Turns an answer into readable text while it is generated: special and added tokens are left out, white space is tidied, and
/// neither a character nor a surrogate pair is ever cut in two. All that was returned, put together, is
/// <see cref="DecodeAll"/> of the same ids. One instance per answer; not thread-safe.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
public sealed class IncrementalDecoder(LlamaTokenizer tokenizer)
{
    private readonly SentencePieceRun _run = new(tokenizer.Model);
    private readonly TextTidier _tidier = new();
    private readonly StringBuilder _raw = new();
    private readonly StringBuilder _output = new();

    /// <summary>The readable text of a whole answer.</summary>
    /// <exception cref="RequestException">An id is not in the vocabulary.</exception>
    public static string DecodeAll(LlamaTokenizer tokenizer, IEnumerable<int> ids)
    {
        IncrementalDecoder decoder = new(tokenizer);
        StringBuilder text = new();
        foreach (int id in ids)
        {
            text.Append(decoder.Append(id));
        }

        return text.Append(decoder.Finish()).ToString();
    }

    /// <summary>The text that one more token adds; often empty, as a space or half a character waits for what follows.</summary>
    /// <exception cref="RequestException">The id is not in the vocabulary.</exception>
    public string Append(int id)
    {
        if (tokenizer.Vocabulary.RoleOf(id) == TokenRole.Piece)
        {
            _run.Append(id, _raw);
            return Take();
        }

        _run.End(_raw);
        string text = Take();
        _tidier.Separate(_output);
        return text + Take();
    }

    /// <summary>What was still waiting when the answer ended.</summary>
    public string Finish()
    {
        _run.End(_raw);
        string text = Take();
        _tidier.Finish(_output);
        return text + Take();
    }

    private string Take()
    {
        _tidier.Append(_raw, _output);
        _raw.Clear();
        string text = _output.ToString();
        _output.Clear();
        return text;
    }
}

namespace Sida.Engine.Language.Scheduling;

/// <summary>A prompt, and the forced answer behind it, as a row of positions: what llama.cpp sees.</summary>
internal sealed class PromptLayout
{
    private readonly int[] _tokens;
    private readonly PositionKey[] _keys;
    private readonly List<(int Start, float[] Rows)> _contents = [];
    private readonly int _hiddenSize;

    /// <summary>Lays a request out.</summary>
    /// <exception cref="RequestException">It is empty, or has tokens or rows that the model doesn't take.</exception>
    public PromptLayout(GenerationRequest request, int hiddenSize, int vocabularySize)
    {
        _hiddenSize = hiddenSize;
        List<int> tokens = [];
        List<PositionKey> keys = [];
        foreach (PromptSegment segment in request.Prompt)
        {
            if (segment is EmbeddingSegment content)
            {
                AddRows(content, tokens, keys);
            }
            else
            {
                AddTokens(((TokenSegment)segment).Ids, vocabularySize, tokens, keys);
            }
        }

        PromptLength = tokens.Count;
        AddTokens(request.ForcedAnswer ?? [], vocabularySize, tokens, keys);
        _tokens = [.. tokens];
        _keys = [.. keys];
        if (PromptLength == 0)
        {
            throw new RequestException("The prompt is empty.");
        }
    }

    /// <summary>Positions of the prompt.</summary>
    public int PromptLength { get; }

    /// <summary>Positions of prompt and forced answer.</summary>
    public int Length => _tokens.Length;

    /// <summary>The token at each position, -1 for a row.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>What stands at each position.</summary>
    public ReadOnlySpan<PositionKey> Keys => _keys;

    /// <summary>The row (H) at a position that has no token.</summary>
    public ReadOnlySpan<float> Row(int position)
    {
        (int start, float[] rows) = _contents.FindLast(content => content.Start <= position);
        return rows.AsSpan((position - start) * _hiddenSize, _hiddenSize);
    }

    /// <summary>The positions of <paramref name="wanted"/> tokens that have a position before them.</summary>
    public IEnumerable<int> PositionsOf(IReadOnlySet<int> wanted)
    {
        for (int position = 1; position < _tokens.Length; position++)
        {
            if (wanted.Contains(_tokens[position]))
            {
                yield return position;
            }
        }
    }

    private static void AddTokens(IReadOnlyList<int> ids, int vocabularySize, List<int> tokens, List<PositionKey> keys)
    {
        foreach (int id in ids)
        {
            if (id < 0 || id >= vocabularySize)
            {
                throw new RequestException($"Token {id} isn't one of the model's {vocabularySize} tokens.");
            }

            tokens.Add(id);
            keys.Add(PositionKey.Token(id));
        }
    }

    private void AddRows(EmbeddingSegment content, List<int> tokens, List<PositionKey> keys)
    {
        if (content.Rows.Length == 0 || content.Rows.Length % _hiddenSize != 0)
        {
            throw new RequestException($"An embedding of {content.Rows.Length} numbers isn't made of rows of {_hiddenSize}.");
        }

        // One NaN in the shared KV cache would spoil the answers of everybody.
        if (Array.Exists(content.Rows, number => !float.IsFinite(number)))
        {
            throw new RequestException("The picture's embedding has infinity or NaN in it. Try another picture, or a package with f32 vision.");
        }

        _contents.Add((tokens.Count, content.Rows));
        PositionKey first = PositionKey.Content(content.Key);
        for (int row = 0; row < content.Rows.Length / _hiddenSize; row++)
        {
            tokens.Add(-1);
            keys.Add(first.Row(row));
        }
    }
}

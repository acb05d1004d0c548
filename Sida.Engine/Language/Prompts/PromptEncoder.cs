using System.Text;
using Sida.Engine.Language.Tokenization;

namespace Sida.Engine.Language.Prompts;

/// <summary>
/// Prompts to token ids. The text is tokenised as a whole, exactly as the official program does it (white space around
/// tokens, pieces that reach from one author's text into another's), except that structural tokens count only where the
/// template wrote them in full. In untrusted text the tokens that SIDA gives a meaning to keep it - <c>[CLS]</c>, <c>[SEG]</c>,
/// <c>[END]</c> and the unknown token -; every other one, as <c>&lt;image&gt;</c>, <c>&lt;im_start&gt;</c>,
/// <c>&lt;im_end&gt;</c>, <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>, is plain text there. Thread-safe.
/// </summary>
public sealed class PromptEncoder
{
    private const string ImageMarker = "<image>";
    private readonly LlamaTokenizer _tokenizer;
    private readonly HashSet<string> _permitted;

    /// <summary>Prompts for a model with this tokenizer.</summary>
    /// <exception cref="CheckpointException">A structural token is also an ordinary piece, so that plain text could form it.</exception>
    public PromptEncoder(LlamaTokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _permitted = ["[CLS]", "[SEG]", "[END]", tokenizer.Settings.Unk.Text];
        string[] structural = [ImageMarker, tokenizer.Settings.Bos.Text, tokenizer.Settings.Eos.Text];
        if (structural.FirstOrDefault(text => tokenizer.Model.TryFindMergeable(text, out _)) is string forgeable)
            throw new CheckpointException($"{tokenizer.Source}: '{forgeable}' is also an ordinary piece, so text could forge it; use the checkpoint's own tokenizer.");
    }

    /// <summary>The ids of a prompt, begin of sequence first; <see cref="LlamaTokenizer.ImageToken"/> where the picture goes.</summary>
    /// <exception cref="RequestException">The prompt is longer than <see cref="LlamaTokenizer.MaxTextLength"/>.</exception>
    public int[] Encode(Prompt prompt)
    {
        List<int> ids = [];
        StringBuilder text = new();
        List<(int Start, int End)> untrusted = [];
        bool first = true;
        foreach (PromptSpan span in prompt.Spans)
        {
            if (span.Tokens is not null)
            {
                Flush();
                ids.AddRange(span.Tokens);
                if (ids.Count == 0 || ids[^1] != _tokenizer.EosId)
                    ids.Add(_tokenizer.EosId);

                continue;
            }

            if (span.Author == PromptAuthor.Untrusted)
                untrusted.Add((text.Length, text.Length + span.Text.Length));

            text.Append(span.Text);
        }

        Flush();
        return [.. ids];

        void Flush()
        {
            UntrustedText foreign = new(untrusted, _permitted);
            ids.AddRange(first ? _tokenizer.EncodeWithImage(text.ToString(), foreign) : _tokenizer.EncodeFollowing(text.ToString(), foreign));
            first = false;
            text.Clear();
            untrusted = [];
        }
    }

    /// <summary>The ids of a given answer with the end token behind it, as the official evaluation puts them after the prompt's ids.</summary>
    /// <param name="answer">The answer's text; structural tokens in it are plain text.</param>
    /// <exception cref="RequestException">The text is longer than <see cref="LlamaTokenizer.MaxTextLength"/>.</exception>
    public int[] EncodeAnswer(string answer) =>
        [.. _tokenizer.EncodeContinuation(answer, new UntrustedText([(0, answer.Length)], _permitted)), _tokenizer.EosId];
}

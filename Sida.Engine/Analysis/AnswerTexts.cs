using Sida.Engine.Language.Prompts;
using Sida.Engine.Language.Tokenization;
using Sida.Engine.Models;

namespace Sida.Engine.Analysis;

/// <summary>The three readings of one answer: as decoded, as officially printed, as a person should read it.</summary>
/// <param name="Raw">The answer's tokens decoded, special tokens included.</param>
/// <param name="Official">What the official program prints.</param>
/// <param name="Readable">Without tokens, and without the promise of a mask that is not there.</param>
/// <param name="Contradiction">Whether the generated text names another class than the detection head.</param>
internal sealed record AnswerTexts(string Raw, string Official, string Readable, bool Contradiction)
{
    /// <summary>Reads an answer.</summary>
    public static AnswerTexts Read(
        LlamaTokenizer tokenizer, ResponseMode mode, IReadOnlyList<int> prompt, IReadOnlyList<int> answer, Verdict? verdict, bool maskProduced)
    {
        string generated = IncrementalDecoder.DecodeAll(tokenizer, answer);
        bool isCanonical = mode == ResponseMode.Canonical || generated.Length == 0;
        return new AnswerTexts(
            tokenizer.Decode(answer),
            new OfficialReply(tokenizer, mode).Text(prompt, answer, verdict),
            isCanonical && verdict is { } known ? VerdictSentence.For(known, maskProduced) : generated,
            verdict is { } judged && ClassStatement.FindContradiction(generated, judged) is not null);
    }
}

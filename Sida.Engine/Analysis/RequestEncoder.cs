using Sida.Engine.Language.Prompts;
using Sida.Engine.Language.Tokenization;
using Sida.Engine.Models;

namespace Sida.Engine.Analysis;

/// <summary>From a question and what was said before to the tokens that the model reads. Thread-safe.</summary>
internal sealed class RequestEncoder
{
    private readonly ModelManifest _manifest;
    private readonly int _positions;
    private readonly ConversationTemplate _template;
    private readonly PromptEncoder _prompts;

    /// <summary>Prepares for one model.</summary>
    /// <param name="package">Its package.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="positions">The longest prompt and answer together, the picture's rows counted.</param>
    /// <exception cref="PackageException">The tokenizer lacks [CLS] or [SEG].</exception>
    public RequestEncoder(ModelPackage package, LlamaTokenizer tokenizer, int positions)
    {
        _manifest = package.Manifest;
        _positions = positions;
        _template = ConversationTemplate.Get(_manifest.Conversation);
        _prompts = new PromptEncoder(tokenizer);
        ClsToken = Require("[CLS]");
        SegToken = Require("[SEG]");

        int Require(string text) => tokenizer.FindId(text) ?? throw new PackageException($"{package.Folder}: the tokenizer lacks {text}. Import the checkpoint again.");
    }

    /// <summary>Id of [CLS].</summary>
    public int ClsToken { get; }

    /// <summary>Id of [SEG].</summary>
    public int SegToken { get; }

    /// <summary>Token ids of the whole prompt, -200 where the picture goes: as many of the latest earlier turns as leave room for the answer.</summary>
    /// <exception cref="RequestException">The prompt is too long, asks for too many regions, or, trusted, names the picture a second time.</exception>
    public int[] Encode(AnalysisRequest request)
    {
        int regions = Marks(request.Prompt, "[SEG]") + Marks(request.Answer ?? "", "[SEG]");
        if (regions > AnalysisRequest.MostRegions)
        {
            throw new RequestException($"The question asks for {regions} regions; at most {AnalysisRequest.MostRegions} are searched at once. Write [SEG] fewer times.");
        }

        int[] tokens = Encode(request, forgotten: 0);
        (int least, int most) = (0, HasRoom(tokens, request) ? 0 : request.History.Count);
        while (least < most)
        {
            int middle = (least + most) / 2;
            tokens = Encode(request, middle);
            (least, most) = HasRoom(tokens, request) ? (least, middle) : (middle + 1, most);
        }

        return least == 0 ? tokens : Encode(request, least);
    }

    /// <inheritdoc cref="PromptEncoder.EncodeAnswer"/>
    public int[] EncodeAnswer(string answer) => _prompts.EncodeAnswer(answer);

    /// <summary>Tokens after which the answer is cut.</summary>
    public int MostNewTokens(AnalysisRequest request) => request.MaxNewTokens ?? _manifest.Generation.MaxNewTokens;

    /// <summary>
    /// The position of the first [CLS] or [SEG] that the question being asked writes itself; behind the prompt when it writes none. One of an
    /// earlier turn was judged then; the official program, which has no turns, leaves this open.
    /// </summary>
    public int FirstMark(AnalysisRequest request, int[] prompt)
    {
        int own = Marks(request.Prompt, "[CLS]") + Marks(request.Prompt, "[SEG]");
        IEnumerable<int> marks = Enumerable.Range(0, prompt.Length).Where(index => prompt[index] == ClsToken || prompt[index] == SegToken);
        return marks.TakeLast(own).FirstOrDefault(prompt.Length) + _manifest.Architecture.ImageTokens - 1;
    }

    /// <summary>The prompt without the oldest turns.</summary>
    private int[] Encode(AnalysisRequest request, int forgotten)
    {
        Prompt prompt = _template.Render(request.Prompt, [.. request.History.Skip(forgotten)]);
        int[] tokens = _prompts.Encode(request.TrustPrompt ? Prompt.Trusted(prompt.Text) : prompt);
        return tokens.Count(token => token == LlamaTokenizer.ImageToken) == 1
            ? tokens
            : throw new RequestException("The prompt writes <image> a second time, which the official program can't answer either. Take it out.");
    }

    /// <summary>Whether an answer of usual length has room behind a prompt; who allows longer ones doesn't mean to forget all for it.</summary>
    private bool HasRoom(int[] tokens, AnalysisRequest request) =>
        tokens.Length - 1L + _manifest.Architecture.ImageTokens + Math.Min(MostNewTokens(request), _manifest.Generation.MaxNewTokens) <= _positions;

    /// <summary>How often a text writes a token that keeps its meaning in any text (<see cref="PromptEncoder"/>).</summary>
    private static int Marks(string text, string token) => text.AsSpan().Count(token);
}

namespace Sida.Engine.Language.Prompts;

/// <summary>
/// How a conversation becomes one prompt, byte for byte as SIDA's chat.py and LLaVA's conversation.py build it. The picture
/// stands in front of the first question; question texts are not trimmed; an empty later message leaves only its role.
/// </summary>
public abstract class ConversationTemplate
{
    private protected const string Image = "<im_start><image><im_end>\n";

    private protected ConversationTemplate(string name) => Name = name;

    /// <summary><c>llava_v1</c>: a space after questions, the end token after answers.</summary>
    public static ConversationTemplate LlavaV1 { get; } = new LlavaV1Template();

    /// <summary><c>llava_llama_2</c>: LLaMA-2's instruction brackets.</summary>
    public static ConversationTemplate LlavaLlama2 { get; } = new LlavaLlama2Template();

    /// <summary>The name that chat.py's <c>--conv_type</c> and model packages use.</summary>
    public string Name { get; }

    /// <summary>The template with a name.</summary>
    /// <exception cref="RequestException">There is no such template.</exception>
    public static ConversationTemplate Get(string name) =>
        name == LlavaV1.Name ? LlavaV1
        : name == LlavaLlama2.Name ? LlavaLlama2
        : throw new RequestException($"The conversation template is unknown; use '{LlavaV1.Name}' or '{LlavaLlama2.Name}'.");

    /// <summary>The prompt that makes the model answer <paramref name="question"/> about the picture.</summary>
    /// <param name="question">A person's text, unchanged.</param>
    /// <param name="earlier">The turns before, oldest first.</param>
    public Prompt Render(string question, IReadOnlyList<ConversationTurn>? earlier = null)
    {
        List<PromptSpan> spans = [];
        foreach ((ConversationTurn turn, int index) in (earlier ?? []).Select((turn, index) => (turn, index)))
        {
            WriteQuestion(spans, turn.Question, index == 0);
            WriteAnswer(spans, turn);
        }

        WriteQuestion(spans, question, earlier is null or { Count: 0 });
        return new Prompt([.. spans.Where(span => span.Text.Length > 0)]);
    }

    /// <summary>Appends a question up to where its answer begins.</summary>
    private protected abstract void WriteQuestion(List<PromptSpan> spans, string question, bool first);

    /// <summary>Appends an answer and what ends it.</summary>
    private protected abstract void WriteAnswer(List<PromptSpan> spans, ConversationTurn turn);

    private protected static PromptSpan Fixed(string text) => new(text, PromptAuthor.Template);

    private protected static PromptSpan Foreign(string text, IReadOnlyList<int>? tokens = null) => new(text, PromptAuthor.Untrusted, tokens);
}

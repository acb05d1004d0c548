namespace Sida.Engine.Language.Prompts;

/// <summary><c>conv_llava_llama_2</c>, separator style LLAMA_2: <c>[INST] q [/INST] a &lt;/s&gt;&lt;s&gt;[INST] q [/INST]</c>; the first <c>&lt;s&gt;</c> is left to the tokenizer.</summary>
internal sealed class LlavaLlama2Template() : ConversationTemplate("llava_llama_2")
{
    private const string System =
        "<<SYS>>\nYou are a helpful language and vision assistant. You are able to understand the visual content that the user provides, "
        + "and assist the user with a variety of tasks using natural language.\n<</SYS>>\n\n";

    private protected override void WriteQuestion(List<PromptSpan> spans, string question, bool first)
    {
        if (first)
            spans.AddRange([Fixed($"[INST] {System}{Image}"), Foreign(question), Fixed(" [/INST]")]);
        else if (question.Length > 0)
            spans.AddRange([Fixed("<s>[INST] "), Foreign(question), Fixed(" [/INST]")]);
    }

    private protected override void WriteAnswer(List<PromptSpan> spans, ConversationTurn turn)
    {
        if (turn.AnswerTokens is not null)
            spans.Add(Foreign($" {turn.Answer} </s>", turn.AnswerTokens));
        else if (turn.Answer.Length > 0)
            spans.AddRange([Fixed(" "), Foreign(turn.Answer), Fixed(" </s>")]);
    }
}

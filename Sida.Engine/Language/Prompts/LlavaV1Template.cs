namespace Sida.Engine.Language.Prompts;

/// <summary><c>conv_llava_v1</c>, separator style TWO: <c>USER: q ASSISTANT: a&lt;/s&gt;USER: q ASSISTANT:</c>.</summary>
internal sealed class LlavaV1Template() : ConversationTemplate("llava_v1")
{
    private const string System =
        "A chat between a curious human and an artificial intelligence assistant. "
        + "The assistant gives helpful, detailed, and polite answers to the human's questions. ";

    private protected override void WriteQuestion(List<PromptSpan> spans, string question, bool first)
    {
        if (first)
            spans.AddRange([Fixed($"{System}USER: {Image}"), Foreign(question), Fixed(" ")]);
        else if (question.Length > 0)
            spans.AddRange([Fixed("USER: "), Foreign(question), Fixed(" ")]);
        else
            spans.Add(Fixed("USER:"));

        spans.Add(Fixed("ASSISTANT:"));
    }

    private protected override void WriteAnswer(List<PromptSpan> spans, ConversationTurn turn)
    {
        if (turn.AnswerTokens is not null)
            spans.Add(Foreign($" {turn.Answer}</s>", turn.AnswerTokens));
        else if (turn.Answer.Length > 0)
            spans.AddRange([Fixed(" "), Foreign(turn.Answer), Fixed("</s>")]);
    }
}

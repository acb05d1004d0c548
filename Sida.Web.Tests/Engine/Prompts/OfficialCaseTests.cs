using Sida.Engine.Language.Prompts;
using Sida.Engine.Language.Tokenization;

namespace Sida.Web.Tests.Engine.Prompts;

/// <summary>Every recorded run of the official programs: prompt, ids and printed text.</summary>
public class OfficialCaseTests
{
    public static TheoryData<string> Names => GoldenCase.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_prompt_is_the_official_one_byte_for_byte(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        Assert.Equal(golden.FullPrompt, ConversationTemplate.Get(golden.Conversation).Render(golden.UserPrompt).Text);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_prompt_has_the_official_ids_unless_the_question_writes_structural_tokens(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        PromptEncoder encoder = new(golden.Tokenizer);
        Assert.Equal(golden.InputIds, encoder.Encode(Prompt.Trusted(golden.FullPrompt)));
        int[] safe = encoder.Encode(ConversationTemplate.Get(golden.Conversation).Render(golden.UserPrompt));
        if (!golden.HasForbiddenMarkers)
        {
            Assert.Equal(golden.InputIds, safe);
            return;
        }

        // chat-unk-in-prompt: the official program turned "<s>" and "</s>" of the question into ids 1 and 2.
        Assert.Equal(1, safe.Count(id => id == golden.Tokenizer.BosId));
        Assert.DoesNotContain(golden.Tokenizer.EosId, safe);
        Assert.Equal(golden.InputIds.Count(id => id == golden.Tokenizer.UnkId), safe.Count(id => id == golden.Tokenizer.UnkId));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_generated_ids_decode_to_the_official_raw_text(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        Assert.Equal(golden.RawGenerated, golden.Tokenizer.Decode(golden.GeneratedIds));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_reply_is_what_the_official_program_prints(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        OfficialReply reply = new(golden.Tokenizer, golden.Mode);
        Assert.Equal(golden.ReturnedIds, reply.ReturnedTokens(golden.InputIds, golden.GeneratedIds, golden.Verdict));
        Assert.Equal(golden.FinalText, reply.Text(golden.InputIds, golden.GeneratedIds, golden.Verdict));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_given_answer_has_the_ids_of_the_official_evaluation(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        if (golden.TeacherResponse is string answer)
            Assert.Equal(golden.GeneratedIds, new PromptEncoder(golden.Tokenizer).EncodeAnswer(answer));
        else
            Assert.False(golden.Name.StartsWith("tf-", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_readable_text_has_neither_prompt_nor_tokens(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        string readable = IncrementalDecoder.DecodeAll(golden.Tokenizer, golden.GeneratedIds);
        Assert.Equal(ReadableReference.Of(golden.Tokenizer, golden.GeneratedIds), readable);
        Assert.NotEqual("", readable);
        Assert.DoesNotContain("[", readable, StringComparison.Ordinal);
        Assert.DoesNotContain("ASSISTANT", readable, StringComparison.Ordinal);
    }
}

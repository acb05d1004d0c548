using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Language.Prompts;
using Sida.Engine.Language.Tokenization;
using Sida.Web.Tests.Engine.Tokenization;

namespace Sida.Web.Tests.Engine.Prompts;

public class ConversationTemplateTests
{
    private const string Vicuna =
        "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions. USER: <im_start><image><im_end>\n";

    private const string Llama2 =
        "[INST] <<SYS>>\nYou are a helpful language and vision assistant. You are able to understand the visual content that the user provides, "
        + "and assist the user with a variety of tasks using natural language.\n<</SYS>>\n\n<im_start><image><im_end>\n";

    [Theory]
    [InlineData("llava_v1")]
    [InlineData("llava_llama_2")]
    public void First_prompts_are_the_official_ones(string name)
    {
        JsonElement golden = TokenizerGolden.Json(TestFixtures.Find("tokenizer_gold", "prompts.json")).GetProperty(name);
        ConversationTemplate template = ConversationTemplate.Get(name);
        Assert.Equal(golden.GetProperty("P1").GetString(), template.Render(PromptPresets.Detect).Text);
        Assert.Equal(golden.GetProperty("empty").GetString(), template.Render("").Text);

        // The official program replaces an <image> in the question too, and then fails for want of a second picture.
        string official = golden.GetProperty("image_inside").GetString()!;
        Assert.Equal(official.Replace("see <im_start><image><im_end>", "see <image>", StringComparison.Ordinal), template.Render("see <image> twice").Text);
    }

    [Theory]
    [InlineData("checkpoint_legacy")]
    [InlineData("with_END_added")]
    [InlineData("legacy_false")]
    public void Published_questions_have_the_official_ids_in_the_real_vocabulary(string mode)
    {
        JsonElement items = TokenizerGolden.Json(TestFixtures.Find("llama-tokenizer", "golden.json")).GetProperty("modes").GetProperty(mode).GetProperty("image_items");
        PromptEncoder encoder = new(TokenizerGolden.Read("llama", mode).Tokenizer);
        JsonElement[] named = [.. items.EnumerateArray().Where(item => item.TryGetProperty("conv", out _))];
        Assert.Equal(4, named.Count(item => item.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String));
        Assert.All(named, item =>
        {
            string? preset = item.TryGetProperty("name", out JsonElement name) ? name.GetString() : null;
            string question = preset switch { "readme_prompt" => PromptPresets.Get("detect"), "readme_description_prompt" => PromptPresets.Get("explain"), _ => item.GetProperty("user").GetString()! };
            Assert.Equal(item.GetProperty("user").GetString(), question);
            Prompt prompt = ConversationTemplate.Get(item.GetProperty("conv").GetString()!).Render(question);
            bool forbidden = new[] { "<image>", "<im_start>", "<im_end>", "<s>", "</s>" }.Any(question.Contains);
            if (!forbidden)
            {
                Assert.Equal(item.GetProperty("text").GetString(), prompt.Text);
                Assert.Equal(item.GetProperty("ids").Deserialize<int[]>(), encoder.Encode(prompt));
            }
        });
    }

    /// <summary>Expected texts: LLaVA's conversation.py, run.</summary>
    [Theory]
    [InlineData("llava_v1", Vicuna + "q1  ASSISTANT: a1</s>USER: q2 ASSISTANT:  a2 </s>USER: q3 ASSISTANT:")]
    [InlineData("llava_llama_2", Llama2 + "q1  [/INST] a1 </s><s>[INST] q2 [/INST]  a2  </s><s>[INST] q3 [/INST]")]
    public void Follow_up_questions_are_put_together_as_LLaVA_does_it(string name, string expected)
    {
        Prompt prompt = ConversationTemplate.Get(name).Render("q3", [new ConversationTurn("q1 ", "a1"), new ConversationTurn("q2", " a2 ")]);
        Assert.Equal(expected, prompt.Text);
        Assert.Equal(TokenizerGolden.Tiny.EncodeWithImage(expected), new PromptEncoder(TokenizerGolden.Tiny).Encode(prompt));
    }

    [Theory]
    [InlineData("llava_v1", Vicuna + "q1 ASSISTANT:USER:ASSISTANT:")]
    [InlineData("llava_llama_2", Llama2 + "q1 [/INST]")]
    public void Empty_messages_leave_only_their_role(string name, string expected) =>
        Assert.Equal(expected, ConversationTemplate.Get(name).Render("", [new ConversationTurn("q1", "")]).Text);

    [Theory]
    [InlineData("llava_v1", true)]
    [InlineData("llava_v1", false)]
    [InlineData("llava_llama_2", true)]
    [InlineData("llava_llama_2", false)]
    public void A_follow_up_goes_on_exactly_from_the_ids_of_the_answer(string name, bool legacy)
    {
        LlamaTokenizer tokenizer = TokenizerGolden.Tiny.WithLegacy(legacy);
        PromptEncoder encoder = new(tokenizer);
        ConversationTemplate template = ConversationTemplate.Get(name);
        int[] first = encoder.Encode(template.Render(PromptPresets.Explain));
        int[] answer = encoder.EncodeAnswer("[CLS] The image is tampered [SEG] Areas:<tampered position> the left half");
        ConversationTurn finished = new(PromptPresets.Explain, "ignored", answer);
        ConversationTurn cut = finished with { AnswerTokens = answer[..^1] };
        int[] second = encoder.Encode(template.Render("Why?", [finished]));
        Assert.Equal([.. first, .. answer], second[..(first.Length + answer.Length)]);
        Assert.Equal(second, encoder.Encode(template.Render("Why?", [cut])));

        int[] asText = encoder.Encode(template.Render("Why?", [new ConversationTurn(PromptPresets.Explain, "x")]));
        int[] tail = second[(first.Length + answer.Length)..];
        Assert.Equal(asText[^tail.Length..], tail);
    }

    [Fact]
    public void Unknown_names_are_refused()
    {
        Assert.Throws<RequestException>(() => ConversationTemplate.Get("vicuna"));
        Assert.Throws<RequestException>(() => PromptPresets.Get("poem"));
    }
}

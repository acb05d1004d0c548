using Sida.Engine;
using Sida.Engine.Import.Hub;

namespace Sida.Web.Tests.Engine.Import.Hub;

public sealed class HubNamesTests
{
    [Theory]
    [InlineData("openai/clip-vit-large-patch14", "openai", "clip-vit-large-patch14", "main")]
    [InlineData("saberzl/SIDA-7B@v1.0", "saberzl", "SIDA-7B", "v1.0")]
    [InlineData("a/b@refs/pr/1", "a", "b", "refs/pr/1")]
    public void A_hub_id_is_recognised(string text, string owner, string name, string revision)
    {
        Assert.True(HubModelId.TryParse(text, out HubModelId? id));
        Assert.Equal(new HubModelId(owner, name, revision), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpt2")]
    [InlineData("./model")]
    [InlineData("../a/b")]
    [InlineData("/home/model")]
    [InlineData("a/b/c")]
    [InlineData("a/..")]
    [InlineData("a/b@")]
    [InlineData("a/b@..")]
    [InlineData("a/b@main/")]
    [InlineData("a/b@x?y")]
    [InlineData("a/b\n")]
    [InlineData("a b/c")]
    [InlineData("a/b@x..y")]
    public void Other_texts_are_not_hub_ids(string text) => Assert.False(HubModelId.TryParse(text, out _));

    [Fact]
    public void One_container_is_chosen_as_the_reader_would()
    {
        Assert.Equal(["config.json", "model.safetensors"], Chosen("config.json", "model.safetensors", "model-00001-of-00002.safetensors", "model.safetensors.index.json", "pytorch_model.bin"));
        Assert.Equal(
            ["model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
            Chosen("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json", "pytorch_model.bin"));
        Assert.Equal(["pytorch_model.bin"], Chosen("model-00001-of-00002.safetensors", "pytorch_model.bin", "pytorch_model.fp16.bin", "sub/model.safetensors"));
        Assert.Equal(
            ["tokenizer.model", "LICENSE", "pytorch_model.bin.index.json", "pytorch_model-00001-of-00003.bin"],
            Chosen("tokenizer.model", "LICENSE", "pytorch_model-00001-of-00003.bin", "pytorch_model.bin.index.json", "optimizer.bin"));
        Assert.Contains("no model.safetensors", Assert.Throws<HubException>(() => Chosen("config.json", "tf_model.h5", "pytorch_model.bin.index.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_says_where_and_as_whom()
    {
        HubOptions options = Options(("HF_ENDPOINT", "https://mirror.example/hub/"), ("HF_TOKEN", " hf_secret\n"), ("SIDA_CACHE", "/cache"));
        Assert.Equal(("https://mirror.example/hub/", "hf_secret", "/cache"), (options.Endpoint.AbsoluteUri, options.Token, options.CacheFolder));
        HubOptions defaults = Options(("HF_TOKEN", ""));
        Assert.Equal(("https://huggingface.co/", null), (defaults.Endpoint.AbsoluteUri, defaults.Token));
        Assert.EndsWith(Path.Combine(".cache", "sida", "hub"), defaults.CacheFolder, StringComparison.Ordinal);
        Assert.Equal("hf_x", Options(("HF_ENDPOINT", "http://127.0.0.1:5000"), ("HF_TOKEN", "hf_x")).Token);
    }

    [Theory]
    [InlineData("ftp://example.org", "hf_secret")]
    [InlineData("example", null)]
    [InlineData("http://mirror.example", "hf_secret")]
    [InlineData("https://mirror.example", "hf_secret\r\nX: y")]
    public void An_unsafe_environment_is_refused_without_showing_the_token(string endpoint, string? token)
    {
        HubException error = Assert.Throws<HubException>(() => Options(("HF_ENDPOINT", endpoint), ("HF_TOKEN", token)));
        Assert.DoesNotContain("hf_secret", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Chosen(params string[] paths)
    {
        var all = new HubSnapshot(new HubModelId("a", "b", "main"), "c", null, [.. paths.Select(path => new HubFile(path, 1, new HubHash(true, "0")))]);
        return HubFileSelection.Choose(all).Files.Select(file => file.Path);
    }

    private static HubOptions Options(params (string Name, string? Value)[] variables) =>
        HubOptions.FromEnvironment(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}

using Sida.Engine;

namespace Sida.Web.Tests.Engine;

public class DeviceOptionTests
{
    [Theory]
    [InlineData("auto", DeviceKind.Auto, 0)]
    [InlineData(" CPU ", DeviceKind.Cpu, 0)]
    [InlineData("cuda", DeviceKind.Cuda, 0)]
    [InlineData("cuda:3", DeviceKind.Cuda, 3)]
    public void Known_devices_are_read(string text, DeviceKind kind, int index)
    {
        DeviceOption option = DeviceOption.Parse(text);
        Assert.Equal(new DeviceOption(kind, index), option);
        Assert.Equal(option, DeviceOption.Parse(option.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:64")]
    [InlineData("cuda:1.0")]
    [InlineData("cpu:0")]
    public void Unknown_devices_are_refused_by_name(string text)
    {
        RequestException error = Assert.Throws<RequestException>(() => DeviceOption.Parse(text));
        Assert.Contains($"\"{text}\"", error.Message, StringComparison.Ordinal);
    }
}

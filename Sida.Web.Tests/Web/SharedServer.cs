namespace Sida.Web.Tests.Web;

/// <summary>One server for all tests of a class: starting one costs more than most tests do. Each test is another owner.</summary>
public sealed class SharedServer : IDisposable
{
    public SidaServer Server { get; } = new();

    public void Dispose() => Server.Dispose();
}

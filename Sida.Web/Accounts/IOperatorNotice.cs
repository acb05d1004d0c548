namespace Sida.Web.Accounts;

/// <summary>What only the person at the server's console may read: it goes into no log that is collected elsewhere.</summary>
internal interface IOperatorNotice
{
    void Tell(string line);
}

/// <summary>The console.</summary>
internal sealed class ConsoleNotice : IOperatorNotice
{
    public void Tell(string line) => Console.Out.WriteLine(line);
}
